import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { WebSocketServer, type WebSocket } from 'ws'
import { smallestPng } from './openai-fake/image.ts'

type Workflow = Record<string, { class_type: string; inputs: Record<string, unknown> }>

/** A ComfyUI server on loopback: `/prompt`, `/ws`, `/history`, `/view`, `/interrupt`. */
export type ComfyUiFake = AsyncDisposable & {
  readonly url: string
  readonly workflows: Workflow[]
  readonly interrupted: number
  /** What becomes of the next workflows. */
  outcome: 'draws' | 'fails' | 'never-ends'
}

const png = Buffer.from(smallestPng, 'base64')

export async function startComfyUiFake(): Promise<ComfyUiFake> {
  const workflows: Workflow[] = []
  const clients = new Map<string, WebSocket>()
  const done = new Set<string>()
  const state = { interrupted: 0, outcome: 'draws' as ComfyUiFake['outcome'] }

  function run(id: string, clientId: string) {
    const tell = (type: string, data: object) =>
      clients.get(clientId)?.send(JSON.stringify({ type, data: { prompt_id: id, ...data } }))
    tell('execution_start', {})
    // Previews of what is being drawn come as binary frames.
    clients.get(clientId)?.send(Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 255]))
    tell('executing', { node: '3' })
    if (state.outcome === 'never-ends') return
    if (state.outcome === 'fails') return tell('execution_error', { exception_message: 'out of memory' })
    done.add(id)
    tell('executing', { node: null })
    tell('execution_success', {})
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake')
    const answer = (status: number, body: unknown) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (pathname === '/prompt' && request.method === 'POST') {
      const { prompt, client_id: clientId } = (await json(request)) as { prompt: Workflow; client_id: string }
      const wrong = Object.values(prompt).some((node) => !node.class_type || JSON.stringify(node).includes('{{'))
      if (wrong) return answer(400, { error: { type: 'invalid_prompt' }, node_errors: {} })
      workflows.push(prompt)
      const id = randomUUID()
      answer(200, { prompt_id: id, number: workflows.length, node_errors: {} })
      return run(id, clientId)
    }
    const id = /^\/history\/(.+)$/.exec(pathname)?.[1]
    if (id !== undefined) {
      const images = [{ filename: 'parley_1.png', subfolder: '', type: 'output' }]
      return answer(200, done.has(id) ? { [id]: { outputs: { '9': { images } } } } : {})
    }
    if (pathname === '/view' && searchParams.get('filename') === 'parley_1.png')
      return void response.writeHead(200, { 'content-type': 'image/png' }).end(png)
    if (pathname === '/interrupt' && request.method === 'POST') {
      state.interrupted++
      return answer(200, {})
    }
    answer(404, {})
  }

  const http = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  const sockets = new WebSocketServer({ server: http, path: '/ws' })
  sockets.on('connection', (socket, request) => {
    const clientId = new URL(request.url ?? '/', 'http://fake').searchParams.get('clientId') ?? ''
    clients.set(clientId, socket)
    socket.send(
      JSON.stringify({ type: 'status', data: { status: { exec_info: { queue_remaining: 0 } }, sid: clientId } }),
    )
    socket.on('close', () => clients.delete(clientId))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    workflows,
    get interrupted() {
      return state.interrupted
    },
    get outcome() {
      return state.outcome
    },
    set outcome(outcome) {
      state.outcome = outcome
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of clients.values()) socket.terminate()
      const closed = once(http, 'close')
      http.close()
      http.closeAllConnections()
      await closed
    },
  }
}

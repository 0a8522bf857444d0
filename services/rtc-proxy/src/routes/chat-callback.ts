import { once } from 'node:events'
import { Problem } from '@parley/contracts'
import { json, Router, type Request, type Response } from 'express'
import type { RunStore } from '../domain/ports.ts'
import type { AnsweredPart, AskedInRoom, RoomTurns } from '../domain/room-turns.ts'
import { findRun } from './runs.ts'

/** How answers are written. */
export type Chunks = { begin: () => string; of: (part: AnsweredPart) => string; end: () => string }

export type ChatCallbackSettings = {
  runs: Pick<RunStore, 'find'>
  turns: RoomTurns
  /** @throws Problem `bad-request` */
  readQuestion: (body: unknown) => AskedInRoom & { model: string }
  createChunks: (about: { id: string; model: string; now: Date }) => Chunks
  newId: () => string
  now: () => Date
}

const mostBytes = '2mb'

/**
 * `POST /chat_callback`: the cloud asks the model of a run, which is ours, and gets its answer as it is made. Everything is
 * checked before the first byte; from then on the answer goes to its end, whatever happens, since the agent waits for it.
 */
export function chatCallback({ runs, turns, readQuestion, createChunks, newId, now }: ChatCallbackSettings): Router {
  const router = Router()

  async function admit(request: Request, response: Response, next: () => void) {
    const proof = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1]
    const run = await findRun(request, runs, { place: 'model', proof })
    if (run.closed) throw new Problem('unauthorized', 'There is no such run, or this is not from it')
    response.locals['run'] = run
    next()
  }

  async function answer(request: Request, response: Response) {
    const { model, ...asked } = readQuestion(request.body)
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const chunks = createChunks({ id: `chatcmpl-${newId()}`, model, now: now() })
    begin(response)
    response.write(chunks.begin())
    const { run } = response.locals as { run: Parameters<RoomTurns['answer']>[0] }
    for await (const part of turns.answer(run, asked, { signal: gone.signal })) await write(response, chunks.of(part))
    response.end(chunks.end())
  }

  // Whatever its type says it is, it is JSON or wrong.
  router.post('/chat_callback', admit, json({ limit: mostBytes, type: () => true }), answer)
  return router
}

function begin(response: Response) {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform',
    // nginx would collect the pieces otherwise.
    'X-Accel-Buffering': 'no',
  })
}

/** A reader that is slow makes its model slow; one that has gone ends the answer by its signal. */
async function write(response: Response, text: string): Promise<void> {
  if (response.write(text) || response.destroyed) return
  await Promise.race([once(response, 'drain'), once(response, 'close')])
}

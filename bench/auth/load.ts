import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What is asked: the path, and a token for each request. */
export type Load = { path: string; nextToken?: () => string | undefined }

export type LoadSettings = { port: number; connections: number; durationMs: number }

export type Loaded = { perSecond: number; latenciesMs: number[] }

/**
 * So many connections, each asking again as soon as it has its answer. HTTP by hand: a client library would take as much of
 * the processors as the gateway does.
 * @throws Error for any answer but 200
 */
export async function load(
  { path, nextToken }: Load,
  { port, connections, durationMs }: LoadSettings,
): Promise<Loaded> {
  const latenciesMs: number[] = []
  const startedAt = performance.now()
  const endsAt = startedAt + durationMs
  const ask = async () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    const read = createReader(socket)
    for (let askedAt = performance.now(); askedAt < endsAt;) {
      const token = nextToken?.()
      if (nextToken && token === undefined) break
      const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${authorization}\r\n`)
      const status = await read()
      if (status !== 200) throw new Error(`${path} answered ${status}`)
      const answeredAt = performance.now()
      latenciesMs.push(answeredAt - askedAt)
      askedAt = answeredAt
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: connections }, ask))
  return { perSecond: (latenciesMs.length * 1_000) / (performance.now() - startedAt), latenciesMs }
}

/** Reads one answer after the other, whose bodies have a length; gives each one's status. */
function createReader(socket: Socket): () => Promise<number> {
  let text = ''
  let settle: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined
  socket.setEncoding('latin1')
  socket.on('data', (data) => {
    text += String(data)
    const end = text.indexOf('\r\n\r\n')
    if (end < 0) return
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? Number.NaN)
    if (text.length < end + 4 + length) return
    const status = Number(text.slice(9, 12))
    text = text.slice(end + 4 + length)
    settle?.resolve(status)
  })
  socket.on('error', (error) => settle?.reject(error))
  socket.on('close', () => settle?.reject(new Error('The gateway closed a connection')))
  return () => new Promise((resolve, reject) => (settle = { resolve, reject }))
}

import { once } from 'node:events'
import { connect } from 'node:net'

/**
 * Says something to a line-based server on loopback once it is connected, and waits for what it should answer.
 * @throws Error when the connection ends, or the signal aborts, before the answer
 */
export async function expectAnswer(port: number, said: string, expected: RegExp, signal: AbortSignal): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', signal })
  try {
    await once(socket, 'connect', { signal })
    socket.write(said)
    let heard = ''
    for await (const chunk of socket) {
      heard += String(chunk)
      if (expected.test(heard)) return
    }
    throw new Error(`it answered ${JSON.stringify(heard)}`)
  } finally {
    socket.destroy()
  }
}

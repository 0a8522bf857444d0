import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the range from which the system takes ports for outgoing connections, so that a server can be restarted on its port.
const lowest = 20_000
const highest = 32_000

/** Whether a server may listen on this port: on loopback, or on every address when none is given. */
export async function portIsFree(port: number, host?: string): Promise<boolean> {
  const server = createServer()
  try {
    const listening = once(server, 'listening')
    server.listen({ port, host, exclusive: true })
    await listening
    return true
  } catch {
    return false
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

/** A loopback port that nothing listens on at this moment: the wished one when it is free. */
export async function freePort(wished?: number): Promise<number> {
  for (let port = wished ?? randomPort(), attempt = 0; attempt < 100; port = randomPort(), attempt++) {
    if (await portIsFree(port, '127.0.0.1')) return port
  }
  throw new Error(`A hundred ports between ${lowest} and ${highest} were all taken`)
}

const randomPort = () => lowest + Math.floor(Math.random() * (highest - lowest))

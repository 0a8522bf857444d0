import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { requireProgram } from '../install/binaries.ts'
import { expectAnswer } from './dialogue.ts'
import { launch, type Server, type ServerOptions } from './launch.ts'
import { keepPassword, writeOwn } from './password.ts'

export type RedisOptions = ServerOptions & {
  /** Keep what is written across restarts, in an append-only file under `dir`. */
  persist?: boolean
}

/** Starts Redis on loopback, behind the password in its URL. */
export async function startRedis({
  dir,
  port,
  persist = false,
  log = join(dir, 'redis.log'),
}: RedisOptions): Promise<Server> {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const command = requireProgram('redis-server')
  const password = keepPassword(join(dir, 'password'))
  const file = join(dir, 'redis.conf')
  return launch({
    name: 'Redis',
    port,
    log,
    url: (port) => `redis://:${password}@127.0.0.1:${port}`,
    command: (port) => {
      writeOwn(file, configuration(port, password, dir, persist))
      return { command, args: [file] }
    },
    ask: (url, signal) =>
      expectAnswer(Number(new URL(url).port), `AUTH ${password}\r\nPING\r\n`, /\+OK\r\n\+PONG\r\n/, signal),
  })
}

function configuration(port: number, password: string, dir: string, persist: boolean): string {
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(dir)}`,
    'daemonize no',
    'save ""',
    `appendonly ${persist ? 'yes' : 'no'}`,
  ]
  return `${lines.join('\n')}\n`
}

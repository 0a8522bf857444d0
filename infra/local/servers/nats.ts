import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { requireProgram } from '../install/binaries.ts'
import { expectAnswer } from './dialogue.ts'
import { launch, type Server, type ServerOptions } from './launch.ts'
import { keepPassword, writeOwn } from './password.ts'

export type NatsOptions = ServerOptions & {
  /** Keep streams on disk under `dir`. */
  jetstream?: boolean
}

const user = 'parley'

/** Starts NATS on loopback with messages of at most 1 MB, for the one user in its URL. */
export async function startNats({
  dir,
  port,
  jetstream = false,
  log = join(dir, 'nats.log'),
}: NatsOptions): Promise<Server> {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const command = requireProgram('nats-server')
  const password = keepPassword(join(dir, 'password'))
  const file = join(dir, 'nats.conf')
  return launch({
    name: 'NATS',
    port,
    log,
    url: (port) => `nats://${user}:${password}@127.0.0.1:${port}`,
    command: (port) => {
      writeOwn(file, configuration(port, password, jetstream ? join(dir, 'jetstream') : undefined))
      return { command, args: ['-c', file] }
    },
    ask: (url, signal) => {
      const login = { verbose: false, pedantic: false, lang: 'node', version: '1', user, pass: password }
      return expectAnswer(
        Number(new URL(url).port),
        `CONNECT ${JSON.stringify(login)}\r\nPING\r\n`,
        /^INFO [^]*\r\nPONG\r\n/,
        signal,
      )
    },
  })
}

function configuration(port: number, password: string, streams: string | undefined): string {
  const lines = [
    'host: "127.0.0.1"',
    `port: ${port}`,
    'max_payload: 1048576',
    `authorization { user: "${user}", password: "${password}" }`,
    ...(streams ? [`jetstream { store_dir: ${JSON.stringify(streams)} }`] : []),
  ]
  return `${lines.join('\n')}\n`
}

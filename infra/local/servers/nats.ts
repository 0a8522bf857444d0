import { createHmac } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Permissions } from '@parley/nats'
import { requireProgram } from '../install/binaries.ts'
import { expectAnswer } from './dialogue.ts'
import { launch, type Server, type ServerOptions } from './launch.ts'
import { keepPassword, writeOwn } from './password.ts'

export type NatsOptions = ServerOptions & {
  /** Keep streams on disk under `dir`. */
  jetstream?: boolean
  /** Users beside the one in the URL, who may do no more than this; `natsUrlOf` has theirs. */
  users?: Readonly<Record<string, Permissions>>
}

const user = 'parley'

/** The URL by which one of its other users reaches a server that was started here. Their passwords are made of the first one's. */
export function natsUrlOf(url: string, name: string): string {
  const own = new URL(url)
  own.username = name
  own.password = passwordOf(name, own.password)
  return own.href
}

function passwordOf(name: string, password: string): string {
  return createHmac('sha256', password).update(name).digest('hex')
}

/** Starts NATS on loopback with messages of at most 1 MB, for the user in its URL, who may do everything, and others. */
export async function startNats({
  dir,
  port,
  jetstream = false,
  users = {},
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
      writeOwn(file, configuration(port, password, users, jetstream ? join(dir, 'jetstream') : undefined))
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

function configuration(
  port: number,
  password: string,
  users: Readonly<Record<string, Permissions>>,
  streams: string | undefined,
): string {
  const others = Object.entries(users).map(([name, { publish, subscribe }]) => {
    const permissions = { publish: { allow: publish }, subscribe: { allow: subscribe } }
    return { user: name, password: passwordOf(name, password), permissions }
  })
  const lines = [
    'host: "127.0.0.1"',
    `port: ${port}`,
    'max_payload: 1048576',
    // JSON is a NATS configuration, too.
    `authorization ${JSON.stringify({ users: [{ user, password }, ...others] })}`,
    ...(streams ? [`jetstream { store_dir: ${JSON.stringify(streams)} }`] : []),
  ]
  return `${lines.join('\n')}\n`
}

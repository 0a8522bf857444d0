import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { requireProgram } from '../install/binaries.ts'
import { expectAnswer } from './dialogue.ts'
import { launch, type Server, type ServerOptions } from './launch.ts'
import { writeOwn } from './password.ts'

export type NginxOptions = ServerOptions & {
  /** Where the gateways listen: what nginx takes after `server`, such as `127.0.0.1:8080` or `127.0.0.1:8080 weight=3`. */
  gateway: readonly string[]
  /** Where the device hubs listen, in the same way. */
  hub: readonly string[]
  /** Where the RTC proxies listen, in the same way; without any, their paths lead nowhere. */
  rtc?: readonly string[]
  /** Where tool servers dial in, likewise. */
  chat?: readonly string[]
  /** Believe what a balancer in front says about how clients came. */
  behindBalancer?: boolean
}

/** Discard: nothing listens there. */
const nowhere = '127.0.0.1:9'
const template = new URL('../../nginx/parley.conf.template', import.meta.url)

/** Starts nginx on loopback as the front door of these services. */
export async function startNginx(options: NginxOptions): Promise<Server> {
  const { dir, port, log = join(dir, 'nginx.log') } = options
  const command = requireProgram('nginx')
  mkdirSync(join(dir, 'temporary'), { recursive: true, mode: 0o700 })
  const file = join(dir, 'nginx.conf')
  return launch({
    name: 'nginx',
    port,
    log,
    url: (port) => `http://127.0.0.1:${port}`,
    command: (port) => {
      writeOwn(join(dir, 'parley.conf'), frontDoor(port, options))
      writeOwn(file, main(dir))
      return { command, args: ['-e', 'stderr', '-p', dir, '-c', file] }
    },
    // It refuses this method by itself, without asking a service.
    ask: (url, signal) => {
      const port = Number(new URL(url).port)
      return expectAnswer(port, 'TRACE / HTTP/1.1\r\nHost: nginx\r\n\r\n', /^HTTP\/1\.1 405 [^]*Server: nginx/, signal)
    },
  })
}

function frontDoor(port: number, options: NginxOptions): string {
  const { gateway, hub, rtc = [nowhere], chat = [nowhere], behindBalancer = false } = options
  const servers = (addresses: readonly string[]) => addresses.map((address) => `server ${address};`).join(' ')
  const values: Record<string, string> = {
    PARLEY_LISTEN: `listen 127.0.0.1:${port};`,
    PARLEY_ACCESS_LOG: 'access.log',
    PARLEY_GATEWAY_SERVERS: servers(gateway),
    PARLEY_DEVICE_HUB_SERVERS: servers(hub),
    PARLEY_CHAT_LLM_SERVERS: servers(chat),
    PARLEY_RTC_PROXY_SERVERS: servers(rtc),
    PARLEY_BEHIND_BALANCER: behindBalancer ? 'yes' : 'no',
  }
  return readFileSync(template, 'utf8').replace(/\$\{(\w+)\}/g, (_all, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`The front door's template asks for ${name}`)
    return value
  })
}

function main(dir: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const lines = [
    // The folder is its starter's own: another user could not enter it.
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'daemon off;',
    'worker_processes 1;',
    'error_log stderr warn;',
    `pid ${JSON.stringify(join(dir, 'nginx.pid'))};`,
    'events { worker_connections 1024; }',
    'http {',
    ...temporary.map((name) => `  ${name}_temp_path ${JSON.stringify(join(dir, 'temporary', name))};`),
    `  include ${JSON.stringify(join(dir, 'parley.conf'))};`,
    '}',
  ]
  return `${lines.join('\n')}\n`
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { identify } from '../process/identity.ts'
import { freePort } from '../servers/port.ts'
import { placeServices, services, type Service } from '../services.ts'
import { startParley, type StartOptions } from '../start-parley.ts'
import { readRunning } from '../state/running.ts'
import { temporaryFolder, type Temporary } from './temporary.ts'

const given = { NATS_URL: 'nats://given', REDIS_URL: 'redis://given', DATABASE_URL: 'postgresql://given' }
const ready = `
  import { createServer } from 'node:http'
  const server = createServer((request, response) => {
    if (request.url === '/crash') process.exit(9)
    if (request.url === '/environment') return response.end(JSON.stringify({ ...process.env, pid: process.pid }))
    response.writeHead(request.url === '/readyz' ? 200 : 404).end()
  }).listen(Number(process.env.INTERNAL_PORT), '127.0.0.1')
  process.on('SIGTERM', () => { console.log('ending'); server.close(); server.closeAllConnections() })
  console.log('{"level":40,"msg":"it is cold here"}')`

/** What the start said, and a wait for a line of it. */
function listen() {
  const said: string[] = []
  const waiting = new Set<() => void>()
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said.push(String(text))
    for (const check of waiting) check()
    return true
  })
  const heard = (pattern: RegExp) =>
    new Promise<void>((resolve) => {
      const check = () => pattern.test(said.join('')) && (waiting.delete(check), resolve())
      waiting.add(check)
      check()
    })
  return { said: () => said.join(''), heard, restore: () => spy.mockRestore() }
}

let terminal: ReturnType<typeof listen>
beforeEach(() => void (terminal = listen()))
afterEach(() => terminal.restore())

const fake = async (name: string): Promise<Service> => ({
  name,
  entry: `services/${name}.mjs`,
  internalPort: { variable: `${name.toUpperCase()}_INTERNAL_PORT`, fallback: await freePort() },
})

async function options(
  folder: Temporary,
  list: Service[],
  environment: NodeJS.ProcessEnv = given,
): Promise<StartOptions> {
  return {
    clone: folder.path,
    services: list,
    environment: { PATH: process.env.PATH, ...environment },
    signal: new AbortController().signal,
  }
}

const ask = async (service: Service, path: string) => fetch(`http://127.0.0.1:${service.internalPort.fallback}${path}`)
const environmentOf = async (service: Service) =>
  (await (await ask(service, '/environment')).json()) as Record<string, string>

test('services run on the servers that the environment names, with secrets and a folder, and end in order', async () => {
  using folder = temporaryFolder()
  const service = await fake('one')
  folder.write('services/one.mjs', ready)
  const running = join(folder.path, '.parley/running.json')
  {
    await using _parley = await startParley(
      await options(folder, [service], { ...given, NODE_ENV: 'production', npm_config_x: '1' }),
    )
    const seen = await environmentOf(service)
    expect(seen).toMatchObject({ ...given, PARLEY_DATA_DIR: join(folder.path, '.parley/data') })
    expect(seen.DEVICE_TOKEN_SECRET).toHaveLength(43)
    expect(Object.keys(seen).filter((name) => /^(npm_|NODE_ENV|PARLEY_PASSWORD)/.test(name))).toEqual([])
    expect(readRunning(running)?.children).toMatchObject([{ name: 'one', pid: Number(seen.pid) }])
    await terminal.heard(/\[one] warning: it is cold here/)
  }
  expect(existsSync(running)).toBe(false)
  expect(readFileSync(join(folder.path, '.parley/logs/one.log'), 'utf8')).toMatch(/cold here[^]*ending/)
  await expect(ask(service, '/readyz')).rejects.toThrow()
})

test('a service that crashes is started again, and this is said', async () => {
  using folder = temporaryFolder()
  const service = await fake('one')
  folder.write('services/one.mjs', ready)
  await using _parley = await startParley(await options(folder, [service]))
  const before = await environmentOf(service)
  await expect(ask(service, '/crash')).rejects.toThrow()
  await terminal.heard(/one ended \(code 9\); starting it again in 0.5 s/)
  const after = await vi.waitUntil(() => environmentOf(service).catch(() => undefined), { timeout: 10_000 })
  expect(after.pid).not.toBe(before.pid)
  await vi.waitUntil(
    () => readRunning(join(folder.path, '.parley/running.json'))?.children[0]?.pid === Number(after.pid),
  )
})

test('a second start says where the first one answers', async () => {
  using folder = temporaryFolder()
  folder.write('services/one.mjs', ready)
  await using _parley = await startParley(await options(folder, [await fake('one')]))
  const second = startParley(await options(folder, [await fake('one')]))
  await expect(second).rejects.toThrow(/already runs[^]*logs +\.parley\/logs/)
})

test('a service that does not come up shows the end of its log, and what had started is ended', async () => {
  using folder = temporaryFolder()
  const [good, bad] = [await fake('good'), await fake('bad')]
  folder.write('services/good.mjs', ready)
  folder.write('services/bad.mjs', `console.error('DATABASE_URL must be a URL'); process.exit(1)`)
  const start = startParley(await options(folder, [good, bad]))
  await expect(start).rejects.toThrow(/bad does not start: it ended 3 times[^]*code 1[^]*DATABASE_URL must be a URL/)
  await expect(ask(good, '/readyz')).rejects.toThrow()
  expect(existsSync(join(folder.path, '.parley/running.json'))).toBe(false)
})

test('a start can be abandoned', async () => {
  using folder = temporaryFolder()
  const stop = new AbortController()
  folder.write('services/one.mjs', `console.log('{"level":40,"msg":"thinking"}'); setInterval(() => {}, 1000)`)
  const start = startParley({ ...(await options(folder, [await fake('one')])), signal: stop.signal })
  await terminal.heard(/thinking/)
  const pid = readRunning(join(folder.path, '.parley/running.json'))?.children[0]?.pid ?? 0
  stop.abort(new Error('enough'))
  await expect(start).rejects.toThrow('enough')
  expect(identify(pid)).toBeUndefined()
})

test('a port that is taken is named, with the variable that moves it', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const environment = Object.fromEntries(
    services
      .flatMap((service) => [service.internalPort, service.publicPort ?? []].flat())
      .map(({ variable }) => [variable, '']),
  )
  for (const name of Object.keys(environment)) environment[name] = String(await freePort())
  await expect(placeServices(services, environment)).resolves.toHaveLength(7)
  const taken = placeServices(services, { ...environment, DEVICE_HUB_PORT: String(port) })
  await expect(taken).rejects.toThrow(new RegExp(`${port}.*device-hub.*DEVICE_HUB_PORT=`))
  await expect(placeServices(services, { ...environment, AUTH_INTERNAL_PORT: 'x' })).rejects.toThrow(
    'AUTH_INTERNAL_PORT=x is not a port',
  )
  other.close()
})

test('servers are started here, kept running, keep their data until --fresh, and what a killed start left is ended', async () => {
  using folder = temporaryFolder()
  const service = await fake('one')
  folder.write('services/one.mjs', ready)
  const record = () => readRunning(join(folder.path, '.parley/running.json'))
  const program = folder.write(
    'start.mjs',
    `import { startParley } from '${join(import.meta.dirname, '../start-parley.ts')}'
     await startParley({ ...${JSON.stringify(await options(folder, [service], {}))}, signal: new AbortController().signal })
     console.log('up')`,
  )
  const killed = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface(killed.stdout)) if (line === 'up') break
  const first = await environmentOf(service)
  const left = record()?.children ?? []
  expect(left.map(({ name }) => name).toSorted()).toEqual(['NATS', 'PostgreSQL', 'Redis', 'one'])
  killed.kill('SIGKILL')
  await once(killed, 'exit')
  expect(left.filter(({ pid }) => identify(pid)).length).toBeGreaterThanOrEqual(3)
  {
    await using _parley = await startParley(await options(folder, [service], {}))
    expect(terminal.said()).toMatch(/earlier run left behind: .*PostgreSQL/)
    expect(left.filter(({ pid, identity }) => identify(pid) === identity)).toEqual([])
    expect(new URL((await environmentOf(service)).DATABASE_URL ?? '').password).toBe(
      new URL(first.DATABASE_URL ?? '').password,
    )
    const nats = record()?.children.find(({ name }) => name === 'NATS')
    process.kill(nats?.pid ?? 0, 'SIGKILL')
    await terminal.heard(/NATS ended \(SIGKILL\)/)
    await vi.waitUntil(() => record()?.children.some(({ name, pid }) => name === 'NATS' && pid !== nats?.pid), {
      timeout: 10_000,
    })
  }
  await using _fresh = await startParley({ ...(await options(folder, [service], {})), fresh: true })
  expect(new URL((await environmentOf(service)).DATABASE_URL ?? '').password).not.toBe(
    new URL(first.DATABASE_URL ?? '').password,
  )
}, 30_000)

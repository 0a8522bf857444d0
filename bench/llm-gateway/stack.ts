import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectBus, makeContext, withContext } from '@parley/bus'
import { billing } from '@parley/contracts'
import { freePort, startNats, startPostgres, startRedis } from '@parley/local-infrastructure'
import { createIdentities, Secret } from '@parley/service-kit'
import pg from 'pg'
import { objectsIn } from '../measure/objects.ts'
import { startProcess, untilReady } from '../measure/processes.ts'

/** The model, and what leads to it, a process each. */
export type Stack = AsyncDisposable & {
  /** Where the model itself is asked, and where Parley is asked for it. */
  direct: string
  parley: string
  token: string
  /** By name, of what Parley does for such a request. */
  pids: Record<string, number>
  /** How long the disk takes for one commit, in milliseconds: every hold waits for one. */
  commitMs: () => Promise<number[]>
  /** Micro-credits of whoever asks: what was taken so far, and what is held. */
  balance: () => Promise<{ posted: number; held: number }>
}

const secret = 'a secret of this run that nobody keeps'
const password = 'correct horse battery'
const plenty = 900_000_000_000_000

/** @param profile a folder for CPU profiles of the services */
export async function startStack({
  credits,
  profile,
}: {
  credits: 'on' | 'off'
  profile?: string | undefined
}): Promise<Stack> {
  await using stack = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  const [nats, redis, postgres] = await Promise.all([
    startNats({ dir: join(dir, 'nats') }),
    startRedis({ dir: join(dir, 'redis') }),
    startPostgres({ dir: join(dir, 'postgres') }),
  ])
  for (const server of [nats, redis, postgres]) stack.use(server)
  const model = await startProcess({ entry: 'bench/llm-gateway/model.ts', log: join(dir, 'model.log') })
  stack.use(model)
  const [{ baseUrl: direct }] = (await once(model.child, 'message')) as [{ baseUrl: string }]

  const port = await freePort()
  const shared = {
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    INTERNAL_TOKEN_SECRET: secret,
    LOG_LEVEL: 'warn',
    ...objectsIn(dir),
  }
  const unlimited = { RATE_LIMIT_GENERAL: '9999999/60', RATE_LIMIT_CHAT: '9999999/60' }
  const environments: Record<string, Record<string, string>> = {
    auth: { PASSWORD_MEMORY_KIB: '1024', PASSWORD_PASSES: '1', ENCRYPTION_KEY: secret },
    billing: {},
    'chat-llm': { LLM_BASE_URL: direct, LLM_API_KEY: 'bench', LLM_MODEL: 'bench', CREDITS: credits },
    gateway: { GATEWAY_PORT: String(port), ...unlimited },
  }
  const pids: Record<string, number> = {}
  for (const [name, own] of Object.entries(environments)) {
    const internalPort = await freePort()
    const env = { ...shared, ...own, INTERNAL_PORT: String(internalPort) }
    const entry = `services/${name}/src/main.ts`
    const service = stack.use(await startProcess({ entry, env, log: join(dir, `${name}.log`), profile }))
    await untilReady(service, internalPort)
    if (name !== 'auth') pids[name] = service.pid
  }

  const call = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as { data: { token: string; user_id?: string } }
  }
  await call('/api/user/register', { username: 'bench', password })
  const { token } = (await call('/api/user/login', { username: 'bench', password })).data
  const me = await fetch(`http://127.0.0.1:${port}/api/user/me`, { headers: { authorization: `Bearer ${token}` } })
  const userId = ((await me.json()) as { data: { user_id: string } }).data.user_id

  const config = { internalTokenSecret: new Secret(secret), internalTokenSecretPrevious: undefined }
  const identities = createIdentities('gateway', config)
  const bus = stack.use(
    await connectBus({ servers: nats.url, name: 'gateway', drainMs: 1_000, identities, onError: () => undefined }),
  )
  const identity = { kind: 'admin' as const, userId: crypto.randomUUID(), sessionId: crypto.randomUUID(), scopes: [] }
  const asAdmin = <T>(work: () => Promise<T>) => withContext({ ...makeContext(), identity }, work)
  const grant = { grantId: crypto.randomUUID(), userId, amount: plenty, reason: 'bench' }
  await asAdmin(() => bus.request(billing.grant, grant))
  const owned = stack.move()
  return {
    direct,
    parley: `http://127.0.0.1:${port}/v1`,
    token,
    pids,
    commitMs: () => measureCommits(postgres.url),
    balance: () => asAdmin(() => bus.request(billing.readUserBalance, { userId })),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function measureCommits(databaseUrl: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query('CREATE TABLE commits (count int)')
  await client.query('INSERT INTO commits VALUES (0)')
  const times: number[] = []
  for (let index = 0; index < 100; index++) {
    const startedAt = performance.now()
    await client.query('UPDATE commits SET count = count + 1')
    times.push(performance.now() - startedAt)
  }
  await client.end()
  return times
}

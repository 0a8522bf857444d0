import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startNats, startPostgres, startRedis } from '@parley/local-infrastructure'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { startProcess, untilReady } from '../measure/processes.ts'
import { objectsIn } from '../measure/objects.ts'

/** auth and a gateway, a process each, with somebody who is logged in. */
export type Stack = AsyncDisposable & {
  port: number
  gatewayPid: number
  natsUrl: string
  redisUrl: string
  /** With which services sign who is behind a call. */
  secret: string
  /** Its folder goes away with it. */
  dir: string
  opaque: string
  jwt: string
  /** JWTs of the same session that nobody has seen yet. */
  freshJwts: (count: number) => Promise<string[]>
}

const password = 'correct horse battery'
const secret = 'a secret of this run that nobody keeps'

/**
 * Starts infrastructure and the two services; tokens are signed by a key that the bench knows, too.
 * @param profile a folder for processor profiles of the gateway
 */
export async function startStack({ profile }: { profile?: string | undefined } = {}): Promise<Stack> {
  await using stack = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  const [nats, redis, postgres] = await Promise.all([
    startNats({ dir: join(dir, 'nats') }),
    startRedis({ dir: join(dir, 'redis') }),
    startPostgres({ dir: join(dir, 'postgres') }),
  ])
  for (const server of [nats, redis, postgres]) stack.use(server)
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const jwk = await exportJWK(privateKey)
  const kid = await calculateJwkThumbprint(jwk)
  const port = await freePort()
  const shared = {
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    INTERNAL_TOKEN_SECRET: secret,
    LOG_LEVEL: 'warn',
  }
  const environments = {
    auth: {
      PASSWORD_MEMORY_KIB: '1024',
      PASSWORD_PASSES: '1',
      ENCRYPTION_KEY: secret,
      ACCESS_TOKEN_KEYS: JSON.stringify({ keys: [jwk] }),
    },
    gateway: {
      GATEWAY_PORT: String(port),
      ...objectsIn(dir),
      RATE_LIMIT_GENERAL: '9999999/60',
      RATE_LIMIT_CHAT: '9999999/60',
    },
  }
  let gatewayPid = 0
  for (const [name, own] of Object.entries(environments)) {
    const internalPort = await freePort()
    const env = { ...shared, ...own, INTERNAL_PORT: String(internalPort) }
    const entry = `services/${name}/src/main.ts`
    const settings = { entry, env, log: join(dir, `${name}.log`), profile: name === 'gateway' ? profile : undefined }
    const service = stack.use(await startProcess(settings))
    await untilReady(service, internalPort)
    gatewayPid = service.pid
  }

  const call = async (path: string, body: object) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as { access_token: string; data: { token: string } }
  }
  await call('/api/user/register', { username: 'bench', password })
  const opaque = (await call('/api/user/login', { username: 'bench', password })).data.token
  const jwt = (await call('/api/v1/auth/tokens', { grant_type: 'password', username: 'bench', password })).access_token
  const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as object
  let count = 0
  const sign = () =>
    new SignJWT({ ...claims, jti: `bench-${++count}` })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
      .sign(privateKey)
  const owned = stack.move()
  return {
    port,
    gatewayPid,
    natsUrl: nats.url,
    redisUrl: redis.url,
    secret,
    dir,
    opaque,
    jwt,
    freshJwts: (wanted) => Promise.all(Array.from({ length: wanted }, sign)),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

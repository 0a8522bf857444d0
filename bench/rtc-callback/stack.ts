import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startNats, startPostgres, startRedis } from '@parley/local-infrastructure'
import { startRtcFake, type RtcFake } from '@parley/testkit/rtc-fake'
import { startProcess, untilReady } from '../measure/processes.ts'
import { objectsIn } from '../measure/objects.ts'

/** What a question of the RTC cloud goes through, each part a process of its own but the cloud, which this one plays. */
export type Stack = AsyncDisposable & { natsUrl: string; secret: string; vendor: RtcFake }

const appId = '661e0000000000000000543c'
const account = { accessKeyId: 'AKLTBENCH', secretKey: 'bench', appIds: [appId] }
const secret = 'a secret of this run that nobody keeps'

const scene = {
  SceneConfig: { icon: 'https://example.com/i.png', name: 'Bench' },
  VoiceChat: {
    AgentConfig: { UserId: 'Bot' },
    Config: {
      ASRConfig: { Provider: 'volcano', ProviderParams: {} },
      TTSConfig: { Provider: 'volcano', ProviderParams: {} },
      LLMConfig: { Mode: 'CustomLLM' },
    },
  },
}

/** Starts infrastructure, a fake model, chat-llm and rtc-proxy. */
export async function startStack(): Promise<Stack> {
  await using stack = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  const log = (name: string) => join(dir, `${name}.log`)
  const scenes = join(dir, 'scenes')
  await mkdir(scenes)
  await writeFile(join(scenes, 'bench.json'), JSON.stringify(scene))
  const [nats, redis, postgres] = await Promise.all([
    startNats({ dir: join(dir, 'nats') }),
    startRedis({ dir: join(dir, 'redis') }),
    startPostgres({ dir: join(dir, 'postgres') }),
  ])
  for (const server of [nats, redis, postgres]) stack.use(server)
  const vendor = stack.use(await startRtcFake({ accounts: [account] }))
  const fake = stack.use(await startProcess({ entry: 'bench/voice-turn/providers.ts', args: ['2'], log: log('fake') }))
  const [{ baseUrl }] = (await once(fake.child, 'message')) as [{ baseUrl: string }]

  const callbackPort = String(await freePort())
  const shared = {
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    INTERNAL_TOKEN_SECRET: secret,
    ...objectsIn(dir),
  }
  const environments: Record<string, Record<string, string>> = {
    'chat-llm': { LLM_BASE_URL: baseUrl, LLM_API_KEY: 'bench', LLM_MODEL: 'fake-chat' },
    'rtc-proxy': {
      RTC_PROXY_PORT: callbackPort,
      RTC_CALLBACK_URL: `http://127.0.0.1:${callbackPort}`,
      RTC_OPENAPI_URL: vendor.url,
      RTC_SCENES_DIR: scenes,
      VOLCENGINE_ACCESS_KEY: account.accessKeyId,
      VOLCENGINE_SECRET_KEY: account.secretKey,
      VOLCENGINE_APP_ID: appId,
      VOLCENGINE_APP_KEY: 'bench',
    },
  }
  for (const [name, own] of Object.entries(environments)) {
    const internalPort = await freePort()
    const env = { ...shared, ...own, INTERNAL_PORT: String(internalPort) }
    await untilReady(
      stack.use(await startProcess({ entry: `services/${name}/src/main.ts`, env, log: log(name) })),
      internalPort,
    )
  }
  const owned = stack.move()
  return { natsUrl: nats.url, secret, vendor, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bus } from '@parley/bus'
import { rtc, type Person, type RtcCall, type RtcScene } from '@parley/contracts'
import { createLogger } from '@parley/service-kit'
import { freePort } from '@parley/local-infrastructure'
import { cornerEnvironment, openCorner, type Corner } from '@parley/testkit'
import { callAs, newPerson, openCornerBus } from '@parley/test-caller'
import { startRtcFake, type FakeAccount, type RtcFake, type RtcFakeSettings } from '@parley/testkit/rtc-fake'
import { Redis } from 'ioredis'
import { createApp, type RtcProxy } from '../src/app.ts'
import { readRtcProxyConfig } from '../src/config.ts'

export const appId = '661e0000000000000000543c'
/** Everything that nobody may see, in an answer or in a log. */
export const secrets = {
  VOLCENGINE_SECRET_KEY: 'secret-key-of-the-account',
  VOLCENGINE_APP_KEY: '0123456789abcdef0123456789abcdef',
  ARK_KEY: 'secret-key-of-the-model',
  VOLCENGINE_EVENT_SECRET: 'secret-of-the-console',
}
const account: FakeAccount = {
  accessKeyId: 'AKLTEXAMPLE0000000000',
  secretKey: secrets.VOLCENGINE_SECRET_KEY,
  appIds: [appId],
}

const speech = {
  ASRConfig: { Provider: 'volcano', ProviderParams: { Mode: 'smallmodel' } },
  TTSConfig: { Provider: 'volcano', ProviderParams: { app: { appid: '1' } } },
  InterruptMode: 0,
}
export const shop = {
  SceneConfig: { icon: 'https://example.com/shop.png', name: 'Shop', questions: ['What is new?'] },
  VoiceChat: {
    AgentConfig: { UserId: 'ShopBot', WelcomeMessage: 'Hello!' },
    Config: {
      ...speech,
      LLMConfig: { Mode: 'CustomLLM', Url: 'https://example.com/chat_callback?v=1', APIKey: '${ARK_KEY}' },
    },
  },
}
const museum = {
  SceneConfig: { icon: 'https://example.com/museum.png', name: 'Museum' },
  VoiceChat: {
    RoomId: 'museum-room',
    TaskId: 'museum-task',
    AgentConfig: { TargetUserId: ['visitor'] },
    Config: { ...speech, LLMConfig: { Mode: 'ArkV3', EndPointId: 'ep-1' } },
  },
}
/** One whose model is ours, and which wants function calls on a server. */
export const parley = {
  SceneConfig: { icon: 'https://example.com/parley.png', name: 'Parley' },
  VoiceChat: {
    AgentConfig: { UserId: 'ParleyBot' },
    Config: {
      ...speech,
      LLMConfig: {
        Mode: 'CustomLLM',
        ModelName: 'parley',
        SystemMessages: ['Whisper.'],
        Tools: [{ type: 'function', function: { name: 'weather', description: 'd', parameters: { type: 'object' } } }],
      },
      FunctionCallingConfig: {},
    },
  },
}

export type Fixture = AsyncDisposable & {
  readonly bus: Bus
  readonly corner: Corner
  /** The folder of its scenes. */
  readonly dir: string
  /** Where the cloud calls back. */
  readonly callbackUrl: string
  readonly vendor: RtcFake
  readonly redis: Redis
  /** What the service logged, as lines. */
  readonly log: string[]
  readonly app: RtcProxy
  /** Another instance, on its own port, with variables of its own. */
  openInstance: (environment?: Record<string, string>) => Promise<RtcProxy>
  getScenes: (person: Person) => Promise<RtcScene[]>
  call: (person: Person, call: RtcCall) => Promise<Answer>
}

export type Answer = {
  ResponseMetadata: { Action: string; RequestId: string; Error?: { Code: string; Message: string } }
  Result?: unknown
}

type Settings = Partial<RtcFakeSettings> & {
  environment?: Record<string, string>
  scenes?: Record<string, unknown>
  /** Whether the cloud can reach the service. */
  callbacks?: boolean
}

/** The service on its bus, with two scenes (`museum`, `shop`) and the vendor's fake behind it. */
export async function openFixture({
  environment,
  scenes,
  callbacks,
  ...vendorSettings
}: Settings = {}): Promise<Fixture> {
  await using stack = new AsyncDisposableStack()
  const vendor = stack.use(await startRtcFake({ accounts: [account], ...vendorSettings }))
  const dir = await mkdtemp(join(tmpdir(), 'parley-scenes-'))
  stack.defer(() => rm(dir, { recursive: true }))
  for (const [name, scene] of Object.entries(scenes ?? { 'shop.json': shop, 'museum.yaml': museum }))
    await writeFile(join(dir, name), JSON.stringify(scene))

  const corner = stack.use(await openCorner())
  const log: string[] = []
  const logger = createLogger({
    service: 'rtc-proxy',
    level: 'trace',
    destination: { write: (line) => log.push(line) },
  })
  const callbackPort = await freePort()
  const callbackUrl = `http://127.0.0.1:${callbackPort}`
  const variables = {
    ...cornerEnvironment(corner),
    RTC_PROXY_PORT: String(callbackPort),
    RTC_SCENES_DIR: dir,
    RTC_SCENE_VARIABLES: 'ARK_KEY',
    ...(callbacks && { RTC_CALLBACK_URL: callbackUrl }),
    RTC_OPENAPI_URL: vendor.url,
    VOLCENGINE_ACCESS_KEY: account.accessKeyId,
    VOLCENGINE_APP_ID: appId,
    ...secrets,
    ...environment,
  }
  const open = (more: Record<string, string> = {}) =>
    createApp(readRtcProxyConfig({ ...variables, ...more }), { log: logger })
  const app = stack.use(await open())
  const bus = stack.use(await openCornerBus(corner))
  const redis = new Redis(corner.redisUrl, { keyPrefix: corner.redisKeyPrefix })
  stack.defer(() => redis.disconnect())
  const owned = stack.move()
  return {
    bus,
    vendor,
    redis,
    log,
    app,
    corner,
    dir,
    callbackUrl,
    openInstance: async (more) => owned.use(await open({ RTC_PROXY_PORT: '0', ...more })),
    getScenes: (person) => callAs(person, async () => (await bus.request(rtc.getScenes, {})).scenes),
    call: (person, call) => callAs(person, async () => (await bus.request(rtc.call, call)).answer as Answer),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

export { newPerson }

import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startNats, startPostgres, startRedis } from '@parley/local-infrastructure'
import type { Spread } from '../measure/statistics.ts'
import { startProcess, untilReady, type Running } from '../measure/processes.ts'
import { objectsIn } from '../measure/objects.ts'

/** Everything that a device talks to, each part a process of its own. */
export type Stack = AsyncDisposable & {
  /** Where devices connect. */
  url: string
  /** The processes, by name. */
  pids: Record<string, number>
  hubLog: string
  /** How late the fake providers answered beyond their delays, since the last time. */
  providerLateness: () => Promise<Record<string, Spread>>
}

export type StackSettings = { sentences: number; silenceMs: number; profile: string | undefined }

/** Starts infrastructure, fake providers and the three services of a voice turn. */
export async function startStack({ sentences, silenceMs, profile }: StackSettings): Promise<Stack> {
  await using stack = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  const logs = profile ?? dir
  await mkdir(logs, { recursive: true })
  const log = (name: string) => join(logs, `${name}.log`)
  const [nats, redis, postgres] = await Promise.all([
    startNats({ dir: join(dir, 'nats') }),
    startRedis({ dir: join(dir, 'redis') }),
    startPostgres({ dir: join(dir, 'postgres') }),
  ])
  for (const server of [nats, redis, postgres]) stack.use(server)
  const fake = stack.use(
    await startProcess({ entry: 'bench/voice-turn/providers.ts', args: [String(sentences)], log: log('fake') }),
  )
  const [{ baseUrl }] = (await once(fake.child, 'message')) as [{ baseUrl: string }]

  const shared = {
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    INTERNAL_TOKEN_SECRET: 'a secret of this run that nobody keeps',
    ...objectsIn(dir),
  }
  const publicPort = await freePort()
  const environments: Record<string, Record<string, string>> = {
    audio: {
      AUDIO_SERVICE_PROVIDER: 'openai',
      AUDIO_SERVICE_OPENAI_BASE_URL: baseUrl,
      AUDIO_SERVICE_OPENAI_API_KEY: 'bench',
      AUDIO_SERVICE_OPENAI_ASR_MODEL: 'fake-transcribe',
      AUDIO_SERVICE_OPENAI_TTS_MODEL: 'fake-speech',
      AUDIO_SERVICE_OPENAI_TTS_VOICE: 'alloy',
    },
    'chat-llm': { LLM_BASE_URL: baseUrl, LLM_API_KEY: 'bench', LLM_MODEL: 'fake-chat' },
    'device-hub': {
      DEVICE_HUB_PORT: String(publicPort),
      DEVICE_TOKEN_SECRET: 'a secret of this run that nobody keeps',
      VAD_SILENCE_MS: String(silenceMs),
    },
  }
  const services: [string, Running][] = []
  for (const [name, own] of Object.entries(environments)) {
    const internalPort = await freePort()
    const env = { ...shared, ...own, INTERNAL_PORT: String(internalPort) }
    const service = stack.use(
      await startProcess({
        entry: `services/${name}/src/main.ts`,
        env,
        log: log(name),
        profile: profile && join(profile, name),
      }),
    )
    await untilReady(service, internalPort)
    services.push([name, service])
  }

  const servers = { nats: nats.pid, postgres: postgres.pid, redis: redis.pid, fake: fake.pid, generator: process.pid }
  const owned = stack.move()
  return {
    url: `ws://127.0.0.1:${publicPort}/xiaozhi/v1/`,
    pids: { ...Object.fromEntries(services.map(([name, { pid }]) => [name, pid])), ...servers },
    hubLog: log('device-hub'),
    providerLateness: async () => {
      const answer = once(fake.child, 'message')
      fake.child.send('report')
      return ((await answer) as [Record<string, Spread>])[0]
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

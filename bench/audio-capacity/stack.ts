import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startNats } from '@parley/local-infrastructure'
import { startProcess, untilReady } from '../measure/processes.ts'

export const internalTokenSecret = 'a secret of this run that nobody keeps'

export type AudioStack = AsyncDisposable & { natsUrl: string; audioPid: number; metrics: () => Promise<string> }

/** One audio service with all its threads on the first core; the bus and the vendor that stands in on the others. */
export async function startAudioStack(profile?: string): Promise<AudioStack> {
  await using stack = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  const nats = stack.use(await startNats({ dir: join(dir, 'nats') }))
  const fake = stack.use(await startProcess({ entry: 'bench/audio-capacity/vendor.ts', log: join(dir, 'vendor.log') }))
  const [{ baseUrl }] = (await once(fake.child, 'message')) as [{ baseUrl: string }]
  const internalPort = await freePort()
  const audio = stack.use(
    await startProcess({
      entry: 'services/audio/src/main.ts',
      env: {
        NATS_URL: nats.url,
        INTERNAL_TOKEN_SECRET: internalTokenSecret,
        INTERNAL_PORT: String(internalPort),
        LOG_LEVEL: 'warn',
        AUDIO_SERVICE_PROVIDER: 'openai',
        AUDIO_SERVICE_OPENAI_BASE_URL: baseUrl,
        AUDIO_CODEC_THREADS: '1',
      },
      log: join(dir, 'audio.log'),
      profile,
    }),
  )
  await untilReady(audio, internalPort)
  pin(audio.pid, '0')
  for (const pid of [nats.pid, fake.pid, process.pid]) pin(pid, '1-')
  const owned = stack.move()
  return {
    natsUrl: nats.url,
    audioPid: audio.pid,
    metrics: async () => (await fetch(`http://127.0.0.1:${internalPort}/metrics`)).text(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** All threads of a process, those it has and those it will have. */
function pin(pid: number, cores: string): void {
  const last = cores === '1-' ? `1-${Number(execFileSync('nproc', ['--all'], { encoding: 'utf8' })) - 1}` : cores
  execFileSync('taskset', ['-a', '-c', '-p', last, String(pid)], { stdio: 'ignore' })
}

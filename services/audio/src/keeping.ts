import { openObjectStore } from '@parley/object-store'
import { openDatabase, repeat, type Health, type Logger } from '@parley/service-kit'
import { v7 as newId } from 'uuid'
import { knowsVoices, type Config } from './config.ts'
import { createRecorder, deleteOwn, forgetRecordings, type Recorder, type RecorderGiven } from './domain/recordings.ts'
import { createVoiceprints, type VoiceprintEngine, type Voiceprints } from './domain/voiceprints.ts'
import { createHttpVoiceprints } from './providers/voiceprint/http-voiceprints.ts'
import { openSherpaVoiceprints } from './providers/voiceprint/sherpa-voiceprints.ts'
import { PrismaClient } from './stores/generated/client.ts'
import { createObjectSounds } from './stores/object-sounds.ts'
import { createPrismaRecordingStore } from './stores/prisma-recording-store.ts'
import { createPrismaVoiceprintStore } from './stores/prisma-voiceprint-store.ts'
import { tables } from './tables.ts'

/** What is kept of people's voices, where the operator wants that: nothing of it is there otherwise, nor is a database. */
export type Keeping = AsyncDisposable & {
  recorder: Recorder | undefined
  kept: Pick<RecorderGiven, 'store' | 'sounds'> | undefined
  voices: Voiceprints | undefined
  /** Nothing of somebody's voice is left; how much that was. */
  erase: (userId: string) => Promise<Record<string, number>>
}

const sweepMs = 3_600_000
const dayMs = 86_400_000
const thresholds = { sherpa: 0.5, http: 0.2 }

/** @throws Error or Problem when what it needs is not there */
export async function openKeeping(config: Config, given: { log: Logger; health: Health }): Promise<Keeping> {
  await using stack = new AsyncDisposableStack()
  const { databaseUrl, objects } = config
  if (!databaseUrl || !(objects || knowsVoices(config))) {
    return {
      recorder: undefined,
      kept: undefined,
      voices: undefined,
      erase: async () => ({}),
      [Symbol.asyncDispose]: async () => undefined,
    }
  }
  const { log } = given
  const database = stack.use(await openDatabase({ ...config, databaseUrl }, tables, given))
  const prisma = stack.adopt(new PrismaClient({ adapter: database.adapter }), (client) => client.$disconnect())

  let kept: Keeping['kept']
  let recorder: Recorder | undefined
  if (objects) {
    const sounds = createObjectSounds(stack.use(await openObjectStore(objects, given)))
    kept = { store: createPrismaRecordingStore(prisma), sounds }
    const onLost = (error: unknown) => log.warn({ error }, 'a recording is lost')
    recorder = stack.use(createRecorder({ ...kept, newId, onLost }))
    const own = kept
    const work = async () => {
      const deleted = await forgetRecordings(new Date(Date.now() - config.recordingDays * dayMs), own)
      if (deleted > 0) log.info({ deleted }, 'old recordings are deleted')
    }
    stack.use(repeat({ everyMs: sweepMs, work, what: 'old recordings are still there', log }))
  }

  let voices: Voiceprints | undefined
  if (knowsVoices(config)) {
    const engine = await openEngine(config, stack)
    const store = createPrismaVoiceprintStore(prisma)
    voices = createVoiceprints({ engine, store, newId, identifyMs: config.voiceprintTimeoutMs })
  }
  async function erase(userId: string): Promise<Record<string, number>> {
    return {
      ...(kept && { recordings: await deleteOwn(userId, {}, kept) }),
      ...(voices && { voiceprints: await voices.removeAll(userId) }),
    }
  }
  const owned = stack.move()
  return { recorder, kept, voices, erase, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function openEngine(config: Config, stack: AsyncDisposableStack): Promise<VoiceprintEngine> {
  const {
    voiceprintModel: model,
    voiceprintUrl: url = '',
    voiceprintThreshold,
    voiceprintTimeoutMs: timeoutMs,
  } = config
  if (model !== undefined)
    return stack.use(await openSherpaVoiceprints({ model, threshold: voiceprintThreshold ?? thresholds.sherpa }))
  const key = config.voiceprintKey?.reveal() ?? ''
  return createHttpVoiceprints({ url, key, threshold: voiceprintThreshold ?? thresholds.http, timeoutMs })
}

import type { Bus } from '@parley/bus'
import { Problem, voiceprints, type Voiceprint } from '@parley/contracts'
import { listenRateHz, type Pcm, type VoiceDetector } from '../domain/ports.ts'
import { joinSamples } from '../domain/recording.ts'
import { utterances } from '../domain/transcribing.ts'
import type { StoredVoiceprint, Voiceprints } from '../domain/voiceprints.ts'
import { receiveFile, type ReceiveGiven } from './receive-file.ts'

export type VoiceprintsGiven = ReceiveGiven & {
  bus: Bus
  voices: Voiceprints | undefined
  createDetector: () => VoiceDetector
  readSound: (file: Uint8Array) => AsyncIterable<Pcm>
}

/** More of a file is not listened to. */
const mostMs = 120_000

/** Serves the voices that somebody's devices know. */
export function serveVoiceprints({ bus, voices, createDetector, readSound, mostBytes }: VoiceprintsGiven): void {
  bus.handle(voiceprints.enrolVoiceprint, async function* ({ transcriptionId, name }, { identity, signal }) {
    if (!voices) throw new Problem('conflict', 'This installation does not tell voices apart')
    const incoming = receiveFile(transcriptionId, { bus, mostBytes })
    for await (const bytes of incoming.wanted(signal)) yield { type: 'more' as const, bytes }
    const speech = await speechIn(readSound(incoming.file()))
    yield { type: 'enrolled' as const, voiceprint: toView(await voices.enrol(identity.userId, name, speech, signal)) }
  })
  bus.handle(voiceprints.listVoiceprints, async (_query, { identity }) => ({
    voiceprints: ((await voices?.list(identity.userId)) ?? []).map(toView),
  }))
  bus.handle(voiceprints.deleteVoiceprint, async ({ voiceprintId }, { identity, signal }) => {
    const deleted = await voices?.remove(identity.userId, voiceprintId, signal)
    if (!deleted) throw new Problem('not-found', 'There is no such voiceprint')
    return { deleted }
  })

  /** Only what is speech says who speaks. */
  async function speechIn(sound: AsyncIterable<Pcm>): Promise<Int16Array> {
    const spoken: Int16Array[] = []
    for await (const { samples } of utterances(sound, { createDetector, longestMs: mostMs, mostMs })) {
      spoken.push(samples)
      if (spoken.reduce((sum, { length }) => sum + length, 0) > mostMs * (listenRateHz / 1_000)) break
    }
    return joinSamples(spoken)
  }
}

function toView({ ownerId: _owner, embedding: _embedding, ...voiceprint }: StoredVoiceprint): Voiceprint {
  return voiceprint
}

import type { Bus, Subscription } from '@parley/bus'
import { speech, type TranscribePart } from '@parley/contracts'
import type { Logger } from '@parley/service-kit'
import type { Pcm, Recogniser, VoiceDetector } from '../domain/ports.ts'
import { joinSegments, transcribe, type TranscribingGiven } from '../domain/transcribing.ts'
import { receiveFile } from './receive-file.ts'

export type TranscribeGiven = {
  bus: Bus
  log: Logger
  recogniser: Recogniser
  createDetector: () => VoiceDetector
  clean: TranscribingGiven['clean']
  readSound: (file: Uint8Array) => AsyncIterable<Pcm>
  mostBytes: number
  mostMs: number
}

const concurrency = 16

/** Serves `audio.v1.transcribe-file`: the file comes on an uplink subject of its own, as fast as it is asked for. */
export function serveTranscribe(given: TranscribeGiven): Subscription {
  const { bus, log, recogniser, createDetector, clean, readSound, mostBytes, mostMs } = given
  return bus.handle(
    speech.transcribeFile,
    async function* ({ transcriptionId, language }, { signal }): AsyncGenerator<TranscribePart, void, undefined> {
      const incoming = receiveFile(transcriptionId, { bus, mostBytes })
      for await (const bytes of incoming.wanted(signal)) yield { type: 'more', bytes }
      const about = { recogniser, createDetector, clean, mostMs, language }
      const transcript = await transcribe(readSound(incoming.file()), about, signal)
      const { segments, durationMs, language: found, provider } = transcript
      const text = joinSegments(segments)
      log.info({ provider, durationMs, segments: segments.length, characters: text.length }, 'transcribed')
      yield { type: 'final', text, language: found, provider, durationMs, segments }
    },
    { concurrency },
  )
}

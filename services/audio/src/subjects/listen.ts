import type { Bus, Subscription } from '@parley/bus'
import { audio, decodeUplink, type ListenPart } from '@parley/contracts'
import type { Logger } from '@parley/service-kit'
import { createListening, type ListeningGiven } from '../domain/listening.ts'
import type { Recorder } from '../domain/recordings.ts'
import { createTape } from '../domain/tape.ts'
import type { Voiceprints } from '../domain/voiceprints.ts'
import { keepTape } from './keep-tape.ts'
import { createPcmDecoder } from '../domain/pcm-decoder.ts'
import type { Clock, PacketDecoder, Recogniser, VoiceDetector } from '../domain/ports.ts'

export type ListenGiven = {
  bus: Bus
  log: Logger
  recogniser: Recogniser
  clock: Clock
  createDecoder: () => Promise<PacketDecoder>
  createDetector: () => VoiceDetector
  clean: ListeningGiven['clean']
  /** Whoever speaks is answered soon. */
  warmVoice: () => void
  recorder: Recorder | undefined
  voices: Voiceprints | undefined
}

/** Listenings are long and mostly wait: more of them at a time than of shorter work. */
const concurrency = 2_000

/** Serves `audio.v1.listen`: one utterance, its frames taken from the listening's own uplink subject. */
export function serveListen(given: ListenGiven): Subscription {
  const { bus, log, recogniser, clock, createDecoder, createDetector, clean, warmVoice, recorder, voices } = given
  return bus.handle(
    audio.listen,
    async function* (input, { signal }): AsyncGenerator<ListenPart, void, undefined> {
      using decoder = input.codec === 'pcm16' ? createPcmDecoder() : await createDecoder()
      using detector = createDetector()
      const { recording, format, ownerId } = input
      // Only packets can be kept as they came.
      const tape = recorder && recording && input.codec !== 'pcm16' ? createTape(format.frameMs) : undefined
      const listening = createListening(input, {
        decoder,
        detector,
        recogniser,
        clock,
        clean,
        identify,
        onSpeech: tape?.begin,
      })
      function identify(samples: Int16Array, own: AbortSignal) {
        return voices && ownerId ? voices.identify(ownerId, samples, own) : Promise.resolve(undefined)
      }
      const receive = (data: Uint8Array) => {
        const message = decodeUplink(data)
        if (message?.kind === 'frame') tape?.take(message.packet)
        if (message) listening.receive(message)
      }
      const uplink = bus.onBytes(audio.up, receive, { tokens: { listenId: input.listenId } })
      try {
        recogniser.warm?.()
        await bus.flush()
        yield { type: 'ready' }
        for await (const part of listening.parts(signal)) {
          if (part.type === 'speech-end') warmVoice()
          if (part.type === 'final') {
            const { text, speaker: _, ...facts } = part
            log.info({ listenId: input.listenId, ...facts, characters: text.length }, 'heard')
            if (tape && recording && text !== '')
              keepTape(recorder, tape.packets, { ...recording, side: 'user' }, format)
          }
          yield part
        }
      } finally {
        uplink.stop()
      }
    },
    { concurrency },
  )
}

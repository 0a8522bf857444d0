import type { Bus, Subscription } from '@parley/bus'
import { audio, decodeUplink, type ListenPart } from '@parley/contracts'
import type { Logger } from '@parley/service-kit'
import { createListening } from '../domain/listening.ts'
import { createPcmDecoder } from '../domain/pcm-decoder.ts'
import type { Clock, PacketDecoder, Recogniser, VoiceDetector } from '../domain/ports.ts'

export type ListenGiven = {
  bus: Bus
  log: Logger
  recogniser: Recogniser
  clock: Clock
  createDecoder: () => Promise<PacketDecoder>
  createDetector: () => VoiceDetector
}

/** Listenings are long and mostly wait: more of them at a time than of shorter work. */
const concurrency = 2_000

/** Serves `audio.v1.listen`: one utterance, its frames taken from the listening's own uplink subject. */
export function serveListen({ bus, log, recogniser, clock, createDecoder, createDetector }: ListenGiven): Subscription {
  return bus.handle(
    audio.listen,
    async function* (input, { signal }): AsyncGenerator<ListenPart, void, undefined> {
      using decoder = input.codec === 'pcm16' ? createPcmDecoder() : await createDecoder()
      using detector = createDetector()
      const listening = createListening(input, { decoder, detector, recogniser, clock })
      const receive = (data: Uint8Array) => {
        const message = decodeUplink(data)
        if (message) listening.receive(message)
      }
      const uplink = bus.onBytes(audio.up, receive, { tokens: { listenId: input.listenId } })
      try {
        await bus.flush()
        yield { type: 'ready' }
        for await (const part of listening.parts(signal)) {
          if (part.type === 'final') {
            const { text, ...facts } = part
            log.info({ listenId: input.listenId, ...facts, characters: text.length }, 'heard')
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

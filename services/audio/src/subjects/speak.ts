import type { Bus, Subscription } from '@parley/bus'
import { audio, type OpusFormat } from '@parley/contracts'
import { isSpeakable } from '@parley/spoken-text'
import type { Logger } from '@parley/service-kit'
import type { PacketEncoder, Synthesizer } from '../domain/ports.ts'
import type { Recorder } from '../domain/recordings.ts'
import { toSaid } from '../domain/say.ts'
import { keepTape } from './keep-tape.ts'
import { speakPackets } from '../domain/speaking.ts'

export type SpeakGiven = {
  bus: Bus
  log: Logger
  synthesizer: Synthesizer
  openEncoder: (format: OpusFormat) => PacketEncoder
  recorder: Recorder | undefined
}

const concurrency = 1_000
const keptFrameMs = 20

/** Serves `audio.v1.speak`: one sentence as Opus packets, made as fast as they are taken; none for what nobody can say. */
export function serveSpeak({ bus, log, synthesizer, openEncoder, recorder }: SpeakGiven): Subscription {
  return bus.handle(
    audio.speak,
    async function* ({ text: written, voice = {}, format, replacements, fixed = false, recording }, { signal }) {
      using encoder = openEncoder(format)
      const text = toSaid(written, { language: voice.language, replacements })
      if (!isSpeakable(text)) return
      // What is kept is in packets of 20 ms, which make up longer ones only.
      const sentence = { text, voice, fixed: fixed && format.frameMs % keptFrameMs === 0 }
      const spoken: Uint8Array[] = []
      let packets = 0
      try {
        for await (const packet of speakPackets(synthesizer.synthesise(sentence, { signal }), format, encoder)) {
          packets++
          if (recorder && recording) spoken.push(packet)
          yield packet
        }
      } finally {
        // What was begun is kept as far as it got, whoever ended it.
        if (recording) keepTape(recorder, spoken, { ...recording, side: 'assistant' }, format)
      }
      log.info({ provider: synthesizer.name, characters: text.length, speechMs: packets * format.frameMs }, 'spoke')
    },
    { concurrency },
  )
}

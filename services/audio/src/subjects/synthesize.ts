import type { Bus, Subscription } from '@parley/bus'
import { Problem, speech, type SoundFormat } from '@parley/contracts'
import { isSpeakable } from '@parley/spoken-text'
import type { Logger } from '@parley/service-kit'
import type { OpusPackets, Pcm, Sentence, Synthesizer } from '../domain/ports.ts'
import { toSaid } from '../domain/say.ts'
import { splitText } from '../domain/split-text.ts'

export type SynthesizeGiven = {
  bus: Bus
  log: Logger
  synthesizer: Synthesizer
  toFile: (sound: AsyncIterable<Pcm | OpusPackets>, format: SoundFormat) => AsyncIterable<Uint8Array>
}

const concurrency = 64
/** The bus takes no larger messages than a megabyte. */
const mostChunkBytes = 256 * 1024

/** Serves `audio.v1.synthesize`: a text as one file, made as fast as it is read. */
export function serveSynthesize({ bus, log, synthesizer, toFile }: SynthesizeGiven): Subscription {
  return bus.handle(
    speech.synthesize,
    async function* ({ text: written, voice = {}, format, replacements }, { signal }) {
      const text = toSaid(written, { language: voice.language, replacements })
      if (!isSpeakable(text)) throw new Problem('bad-request', 'There is nothing to say in this text')
      let bytes = 0
      for await (const piece of toFile(sayAll(synthesizer, { text, voice }, signal), format)) {
        bytes += piece.length
        for (let at = 0; at < piece.length; at += mostChunkBytes) yield piece.subarray(at, at + mostChunkBytes)
      }
      log.info({ provider: synthesizer.name, characters: text.length, format, bytes }, 'synthesized')
    },
    { concurrency },
  )
}

async function* sayAll(synthesizer: Synthesizer, { text, voice }: Sentence, signal: AbortSignal) {
  for (const piece of splitText(text, synthesizer.capabilities.longestText)) {
    if (isSpeakable(piece)) yield* synthesizer.synthesise({ text: piece, voice }, { signal })
  }
}

import { Problem } from '@parley/contracts'
import type { OpusPackets, Pcm, Sentence, Synthesizer } from '../../domain/ports.ts'
import { nextWithin } from '../next-within.ts'
import { createMembers, type ChainGiven } from './members.ts'

/**
 * A synthesizer made of synthesizers: the next one speaks when one fails, or says nothing for too long, before its first sound;
 * never after, because what was said cannot be taken back. A voice's own provider is asked first; the others speak in voices of their own.
 */
export function createSynthesizerChain(
  synthesizers: readonly Synthesizer[],
  given: ChainGiven,
): Synthesizer & Disposable {
  const members = createMembers(synthesizers, given)
  const first = synthesizers[0]!

  async function* synthesise(
    { voice, ...sentence }: Sentence,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<Pcm | OpusPackets, void, undefined> {
    const candidates = members.candidates(voice.provider)
    for (const [index, member] of candidates.entries()) {
      const { provider, breaker } = member
      const isLast = index === candidates.length - 1
      const own = new AbortController()
      const options = { signal: AbortSignal.any([signal, own.signal]) }
      const sound = provider.synthesise({ ...sentence, voice: voiceFor(provider, voice) }, options)
      const sounds = sound[Symbol.asyncIterator]()
      let speaking = false
      breaker.asked()
      try {
        const who = `${provider.name}'s first sound`
        let next = await (isLast ? sounds.next() : nextWithin(sounds, given.patienceMs, signal, who))
        speaking = !next.done
        for (; !next.done; next = await sounds.next()) yield next.value
        breaker.succeeded()
        return
      } catch (error) {
        signal.throwIfAborted()
        const problem = members.failed(member, error)
        if (speaking || isLast) throw problem
      } finally {
        own.abort(new DOMException('Nobody listens any more', 'AbortError'))
        void sounds.return?.(undefined)?.catch(() => undefined)
      }
    }
    throw new Problem('unavailable', 'There is no synthesizer')
  }

  /** A name means something to its own provider only: the first one's, where none is said. */
  function voiceFor({ name: speaker }: Synthesizer, voice: Sentence['voice']): Sentence['voice'] {
    if (speaker === (voice.provider ?? first.name)) return voice
    const { name: _, ...others } = voice
    return others
  }

  return {
    name: first.name,
    capabilities: {
      ...first.capabilities,
      longestText: Math.min(...synthesizers.map(({ capabilities }) => capabilities.longestText)),
    },
    synthesise,
    voices: async () => (await Promise.all(synthesizers.map((one) => one.voices()))).flat(),
    warm: () => members.candidates()[0]?.provider.warm?.(),
    check: members.check,
    [Symbol.dispose]: () => members[Symbol.dispose](),
  }
}

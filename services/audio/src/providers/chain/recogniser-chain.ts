import { Problem } from '@parley/contracts'
import { abortable } from '../../domain/abortable.ts'
import {
  listenRateHz,
  type Recogniser,
  type RecogniserCapabilities,
  type Recognition,
  type RecognitionOptions,
  type RecognitionRequest,
  type RecognitionSession,
} from '../../domain/ports.ts'
import { createRecording } from '../../domain/recording.ts'
import { createMembers, type ChainGiven, type Member } from './members.ts'

/**
 * A recogniser made of recognisers. It keeps the utterance until its words are known: whoever fails before that, in the middle
 * of it or after its end, is followed by the next one, which is given all of it. Only the last problem is the caller's.
 */
export function createRecogniserChain(recognisers: readonly Recogniser[], given: ChainGiven): Recogniser & Disposable {
  const members = createMembers(recognisers, given)

  function open(request: RecognitionRequest, { signal, onPartial }: RecognitionOptions): RecognitionSession {
    const kept = createRecording()
    const ended = Promise.withResolvers<void>()
    let hasEnded = false
    let current: RecognitionSession | undefined

    async function attempt({ provider, breaker }: Member<Recogniser>, isLast: boolean): Promise<Recognition> {
      const own = new AbortController()
      const options = { signal: AbortSignal.any([signal, own.signal]) }
      const late = new Problem('timeout', `${provider.name} gave no words within ${given.patienceMs} ms`)
      let callOff: (() => void) | undefined
      let over = false
      void ended.promise.then(() => {
        if (!isLast && !over) callOff = given.clock.after(given.patienceMs, () => own.abort(late))
      })
      breaker.asked()
      try {
        return { provider: provider.name, ...(await abortable(begin(provider, options), options.signal)) }
      } finally {
        over = true
        callOff?.()
        current = undefined
        own.abort(late)
      }
    }

    /** An utterance that is over already goes out in one piece; one that is not is caught up with. */
    function begin(provider: Recogniser, options: { signal: AbortSignal }): Promise<Recognition> {
      if (hasEnded) return provider.recognise({ samples: kept.join(), sampleRateHz: listenRateHz, ...request }, options)
      const session = provider.open(request, { ...options, onPartial })
      session.result.catch(() => undefined)
      current = session
      for (const piece of kept.pieces) session.push(piece)
      return session.result
    }

    async function run(): Promise<Recognition> {
      const candidates = members.candidates()
      for (const [index, member] of candidates.entries()) {
        const isLast = index === candidates.length - 1
        try {
          const heard = await attempt(member, isLast)
          member.breaker.succeeded()
          return heard
        } catch (error) {
          signal.throwIfAborted()
          const problem = members.failed(member, error)
          if (isLast) throw problem
        }
      }
      throw new Problem('unavailable', 'There is no recogniser')
    }

    const result = run()
    result.catch(() => undefined)
    return {
      push: (samples) => {
        if (hasEnded) return
        kept.push(samples)
        current?.push(samples)
      },
      end: () => {
        if (hasEnded) return
        hasEnded = true
        current?.end()
        ended.resolve()
      },
      result,
    }
  }

  async function recognise(
    utterance: Parameters<Recogniser['recognise']>[0],
    { signal }: { signal: AbortSignal },
  ): Promise<Recognition> {
    const candidates = members.candidates()
    for (const [index, member] of candidates.entries()) {
      try {
        member.breaker.asked()
        const heard = await member.provider.recognise(utterance, { signal })
        member.breaker.succeeded()
        return { provider: member.provider.name, ...heard }
      } catch (error) {
        signal.throwIfAborted()
        const problem = members.failed(member, error)
        if (index === candidates.length - 1) throw problem
      }
    }
    throw new Problem('unavailable', 'There is no recogniser')
  }

  return {
    name: recognisers[0]!.name,
    capabilities: capabilitiesOf(recognisers),
    open,
    recognise,
    warm: () => members.candidates()[0]?.provider.warm?.(),
    check: members.check,
    [Symbol.dispose]: () => members[Symbol.dispose](),
  }
}

/** What can be relied on whoever of them answers; what the first can do is worth asking it for. */
function capabilitiesOf(recognisers: readonly Recogniser[]): RecogniserCapabilities {
  const { capabilities } = recognisers[0]!
  return { ...capabilities, longestMs: Math.min(...recognisers.map(({ capabilities: own }) => own.longestMs)) }
}

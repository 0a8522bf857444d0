import { Problem, toProblem, type Usage } from '@parley/contracts'
import type { Charge, LanguageModel, ModelPart, ModelRequest } from './language-model.ts'
import type { Clock } from './ports.ts'
import { retry } from './retry.ts'
import { likelyInputTokens, likelyTokens, mostInputTokens } from './tokens.ts'

/** How a hold stands. */
export type HoldState = 'held' | 'settled' | 'voided' | 'expired'

/** Holds of credits. Everything may be repeated: the same id gives what came of it the first time. */
export type Credits = {
  /** @throws Problem `insufficient-credits` */
  reserve: (hold: {
    holdId: string
    payer: 'platform' | { userId: string }
    /** Which of these answers is not known yet. */
    models: readonly string[]
    most: Usage
    lifeS: number
    purpose: string
    reference: string | undefined
  }) => Promise<void>
  settle: (
    holdId: string,
    used: Usage & { model: string },
    options: { by: 'payer' | 'platform'; partial: boolean },
  ) => Promise<HoldState>
  void: (holdId: string) => Promise<HoldState>
}

/** What of an answer is known that is paid for: the vendor's word, our guess, or our guess of what was given of a broken one. */
export type Basis = 'usage' | 'estimate' | 'partial'
/**
 * Why nobody pays: who asked went before the first byte; the vendor refused or gave nothing; the hold was over before it was
 * settled; the settlement could not be delivered.
 */
export type Unbilled = 'client-gone' | 'refused' | 'expired' | 'lost'

export type MeterObserver = {
  metered: (basis: Basis, by: 'payer' | 'platform') => void
  unbilled: (why: Unbilled, error?: unknown) => void
}

export type MeterPorts = {
  credits: Credits
  clock: Clock
  observer: MeterObserver
  /** A new UUIDv7. */
  newId: () => string
}

export type MeterSettings = {
  /** What an answer may have at most when nobody says so. */
  maxOutputTokens: number
  /** How long the vendor is listened to after who asked has gone, for its count. */
  readOnMs: number
  /** What somebody pays who goes before the first byte. */
  clientGone: 'free' | 'prompt'
  /** After this a hold that nobody settled is over. */
  lifeS: number
}

export type Meter = AsyncDisposable & {
  /** The same model, which is asked only with credits held. @param models those that may answer */
  meter: (model: LanguageModel, models?: readonly string[]) => LanguageModel
}

/** So many answers are listened to, or settled, after their streams have ended. */
const mostInBackground = 1_000
const longestPauseMs = 2_000

/** What of an answer was given, and what the vendor says of it. */
type Tally = { asked: string; model: string | undefined; relayed: string; usage: Usage | undefined }
type Held = { holdId: string; request: ModelRequest; tally: Tally }
type Reading = { parts: AsyncIterator<ModelPart>; next: Promise<IteratorResult<ModelPart>> }
type End = 'finished' | 'left' | 'failed'

/**
 * Has every question to a model paid for: the most that it may cost is held before the model is asked, and what it did cost is
 * settled once, however the answer ends. Without the credits service nothing is asked: Problem `unavailable`.
 */
export function createMeter(ports: MeterPorts, settings: MeterSettings): Meter {
  const { credits, clock, observer, newId } = ports
  const background = new Set<Promise<unknown>>()
  const closing = new AbortController()

  async function reserve(request: ModelRequest, models: readonly string[]): Promise<string> {
    const holdId = newId()
    const { payer, purpose, turnId: reference } = request.charge ?? ownWork
    const outputTokens = request.sampling.maxTokens ?? settings.maxOutputTokens
    const most = { inputTokens: mostInputTokens(request), outputTokens }
    const { lifeS } = settings
    // Whoever is preferred may answer, too.
    const candidates = [...new Set(request.prefer === undefined ? models : [request.prefer, ...models])]
    const held = { holdId, payer: toPayer(payer), models: candidates, most, lifeS, purpose, reference }
    try {
      await retry(() => credits.reserve(held), clock)
      return holdId
    } catch (error) {
      const { code } = toProblem(error)
      if (code === 'insufficient-credits') throw error
      // It may be held all the same.
      if (code === 'timeout') inBackground(() => deliver(() => credits.void(holdId)))
      throw new Problem('unavailable', 'It cannot be known at the moment whether there are enough credits', {
        cause: error,
      })
    }
  }

  function inBackground(work: () => Promise<unknown>) {
    if (background.size >= mostInBackground) return observer.unbilled('lost')
    const doing = work().finally(() => background.delete(doing))
    background.add(doing)
  }

  /** Tries once, and goes on trying behind the caller's back when that may help. */
  async function deliver(work: () => Promise<HoldState>): Promise<void> {
    try {
      if ((await work()) === 'expired') observer.unbilled('expired')
    } catch (error) {
      if (!toProblem(error).retryable) return observer.unbilled('lost', error)
      inBackground(() => keepDelivering(work))
    }
  }

  async function keepDelivering(work: () => Promise<HoldState>): Promise<void> {
    const endsAt = clock.monotonicMs() + settings.lifeS * 1_000
    for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      if (!closing.signal.aborted) await Promise.race([clock.pause(pauseMs), aborted(closing.signal)])
      try {
        if ((await work()) === 'expired') observer.unbilled('expired')
        return
      } catch (error) {
        const over = closing.signal.aborted || clock.monotonicMs() > endsAt
        if (over || !toProblem(error).retryable) return observer.unbilled('lost', error)
      }
    }
  }

  /** Settles a hold by what is known of its answer, or voids it. */
  function conclude({ holdId, request, tally }: Held, end: End): Promise<void> {
    const known = toUsed(request, tally, end, settings)
    if (!known) {
      observer.unbilled(end === 'left' ? 'client-gone' : 'refused')
      return deliver(() => credits.void(holdId))
    }
    const { basis, ...used } = known
    const payer = request.charge?.payer ?? 'platform'
    const by = payer === 'platform' || payer.lost?.() ? 'platform' : 'payer'
    observer.metered(basis, by)
    return deliver(() => credits.settle(holdId, used, { by, partial: basis === 'partial' }))
  }

  /** Listens to the vendor for its count, which it says last. */
  async function readOn({ parts, next }: Reading, tally: Tally, abort: () => void) {
    const enough = AbortSignal.any([closing.signal, AbortSignal.timeout(settings.readOnMs)])
    enough.addEventListener('abort', abort, { once: true })
    try {
      for (let result = await next; !result.done; result = await parts.next())
        if (result.value.type === 'finished') note(tally, result.value)
    } catch {
      // What the vendor has not said by now it does not say.
    } finally {
      enough.removeEventListener('abort', abort)
    }
  }

  function meter(model: LanguageModel, models: readonly string[] = [model.model]): LanguageModel {
    async function* stream(asked: ModelRequest, { signal }: { signal: AbortSignal }): AsyncGenerator<ModelPart, void> {
      const maxTokens = asked.sampling.maxTokens ?? settings.maxOutputTokens
      const request = { ...asked, sampling: { ...asked.sampling, maxTokens } }
      const holdId = await reserve(request, models)
      const tally: Tally = { asked: models[0] ?? model.model, model: undefined, relayed: '', usage: undefined }
      const held = { holdId, request, tally }
      const upstream = new AbortController()
      const gone = aborted(signal)
      const onUsage = (usage: Usage) => (tally.usage = usage)
      const parts = model.stream(request, { signal: upstream.signal, onUsage })[Symbol.asyncIterator]()
      let next: Promise<IteratorResult<ModelPart>> | undefined
      let end: End = 'left'
      try {
        signal.throwIfAborted()
        for (;;) {
          next = parts.next()
          const result = await Promise.race([next, gone])
          signal.throwIfAborted()
          next = undefined
          if (!result || result.done) break
          note(tally, result.value)
          if (result.value.type === 'finished') end = 'finished'
          yield result.value
        }
        end = 'finished'
      } catch (error) {
        if (end !== 'finished' && !signal.aborted) end = 'failed'
        throw error
      } finally {
        const begun = tally.model !== undefined
        const listening = end === 'left' && begun && !closing.signal.aborted && background.size < mostInBackground
        if (!listening) {
          upstream.abort(signal.reason)
          next?.catch(() => undefined)
          void parts.return?.().catch(() => undefined)
          await conclude(held, end)
        } else {
          const reading = { parts, next: next ?? parts.next() }
          inBackground(async () => {
            await readOn(reading, tally, () => upstream.abort(signal.reason))
            await conclude(held, end)
          })
        }
      }
    }

    return { name: model.name, model: model.model, stream }
  }

  return {
    meter,
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      while (background.size > 0) await Promise.all(background)
    },
  }
}

const ownWork: Charge = { payer: 'platform', purpose: 'platform' }

function toPayer(payer: Charge['payer']): 'platform' | { userId: string } {
  return payer === 'platform' ? payer : { userId: payer.userId }
}

function note(tally: Tally, part: ModelPart): void {
  if (part.type === 'answering') tally.model = part.model
  else if (part.type === 'text-delta') tally.relayed += part.text
  else if (part.type === 'tool-call') tally.relayed += `${part.name}${part.arguments}`
  else tally.usage = part.usage ?? tally.usage
}

/**
 * What is paid for an answer; undefined when it is nothing. The vendor's count wins, however the answer ended. Of one that broke
 * off it is what was given; of one that somebody left, and of one whose vendor does not count, the question, too.
 */
function toUsed(
  request: ModelRequest,
  { asked, model, relayed, usage }: Tally,
  end: End,
  { clientGone }: Pick<MeterSettings, 'clientGone'>,
): (Usage & { model: string; basis: Basis }) | undefined {
  if (usage && model !== undefined) return { ...usage, model, basis: 'usage' }
  const outputTokens = likelyTokens(relayed)
  if (end === 'failed')
    return model === undefined || outputTokens === 0
      ? undefined
      : { model, inputTokens: 0, outputTokens, basis: 'partial' }
  if (model === undefined && clientGone === 'free') return undefined
  return { model: model ?? asked, inputTokens: likelyInputTokens(request), outputTokens, basis: 'estimate' }
}

/** Resolves when it is aborted. */
function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}

import { Problem, type Usage } from '@parley/contracts'
import { describe, expect, test } from 'vitest'
import type { Charge, LanguageModel, ModelPart, ModelRequest } from './language-model.ts'
import { createMeter, type HoldState, type MeterSettings } from './metering.ts'
import type { Clock } from './ports.ts'

const answering: ModelPart = { type: 'answering', provider: 'fake', model: 'fake-1' }
const text = (words: string): ModelPart => ({ type: 'text-delta', text: words })
const usage = { inputTokens: 11, outputTokens: 7 }
const finished: ModelPart = { type: 'finished', reason: 'stop', usage }
const user = { userId: 'user-1' }
const used = { ...usage, model: 'fake-1' }

/** Nobody waits here. */
const clock: Clock = {
  date: () => new Date(0),
  monotonicMs: () => 0,
  pause: () => Promise.resolve(),
  after: () => () => undefined,
  timeout: (ms) => AbortSignal.timeout(ms),
}

/** What a vendor does, step by step: gives a part, its count, waits, breaks off. */
type Step = ModelPart | { usage: Usage } | { wait: Promise<unknown> } | { fail: Error }

function fakeModel(steps: Step[], asked: { request?: ModelRequest; aborted?: boolean }): LanguageModel {
  return {
    name: 'fake',
    model: 'fake-1',
    stream: async function* (request, { signal, onUsage }) {
      asked.request = request
      const gone = new Promise<never>((_, reject) => {
        const abort = () => {
          asked.aborted = true
          reject(signal.reason as Error)
        }
        if (signal.aborted) abort()
        signal.addEventListener('abort', abort, { once: true })
      })
      gone.catch(() => undefined)
      for (const step of steps) {
        if (signal.aborted) await gone
        if ('fail' in step) throw step.fail
        else if ('wait' in step) await Promise.race([step.wait, gone])
        else if ('type' in step) yield step
        else onUsage?.(step.usage)
      }
    },
  }
}

function scene(
  steps: Step[],
  given: Partial<MeterSettings> & { reserve?: () => Promise<void>; states?: HoldState[] } = {},
) {
  const { reserve = async () => undefined, states = [], ...settings } = given
  const told: unknown[][] = []
  const asked: { request?: ModelRequest; aborted?: boolean } = {}
  let ids = 0
  const meter = createMeter(
    {
      credits: {
        reserve: async (hold) => {
          told.push(['reserve', hold.holdId, hold.payer, hold.most])
          await reserve()
        },
        settle: async (holdId, spent, options) => {
          told.push(['settle', holdId, spent, options])
          return states.shift() ?? 'settled'
        },
        void: async (holdId) => {
          told.push(['void', holdId])
          return states.shift() ?? 'voided'
        },
      },
      clock,
      observer: {
        metered: (basis, by) => told.push(['metered', basis, by]),
        unbilled: (why) => told.push(['unbilled', why]),
      },
      newId: () => `hold-${++ids}`,
    },
    { maxOutputTokens: 100, readOnMs: 5_000, clientGone: 'free', lifeS: 60, ...settings },
  )
  const model = meter.meter(fakeModel(steps, asked))

  /** Asks, and goes after so many parts; gives what came. */
  async function ask({
    leaveAfter = Number.POSITIVE_INFINITY,
    charge = { payer: user, purpose: 'reply' },
    ...more
  }: { leaveAfter?: number; charge?: Charge; sampling?: ModelRequest['sampling'] } = {}) {
    const gone = new AbortController()
    const parts: ModelPart[] = []
    const request = { messages: [{ role: 'user' as const, text: 'hello' }], tools: [], sampling: {}, charge, ...more }
    if (leaveAfter === 0) queueMicrotask(() => setImmediate(() => gone.abort(new Error('left'))))
    for await (const part of model.stream(request, { signal: gone.signal })) {
      parts.push(part)
      if (parts.length >= leaveAfter) gone.abort(new Error('left'))
    }
    return parts
  }
  return { meter, told, asked, ask, ends: () => told.filter(([what]) => what === 'settle' || what === 'void') }
}

const never = { wait: new Promise(() => undefined) }

test('the most that an answer may cost is held before the model is asked, and what it used is settled once', async () => {
  const { ask, told, asked } = scene([answering, text('Hi'), finished])
  expect(await ask()).toEqual([answering, text('Hi'), finished])
  expect(told).toEqual([
    ['reserve', 'hold-1', user, { inputTokens: 21, outputTokens: 100 }],
    ['metered', 'usage', 'payer'],
    ['settle', 'hold-1', used, { by: 'payer', partial: false }],
  ])
  expect(asked.request?.sampling).toEqual({ maxTokens: 100 })
})

test('the caller’s own bound is what is held and asked for', async () => {
  const { ask, told, asked } = scene([answering, finished])
  await ask({ sampling: { maxTokens: 7, temperature: 1 } })
  expect(told[0]).toMatchObject([expect.anything(), expect.anything(), expect.anything(), { outputTokens: 7 }])
  expect(asked.request?.sampling).toEqual({ maxTokens: 7, temperature: 1 })
})

describe('how a stream ends', () => {
  test.each(['length', 'content-filter'] as const)('usage seen: that usage, also on %s', async (reason) => {
    const { ask, ends } = scene([answering, text('Hi'), { type: 'finished', reason, usage }])
    await ask()
    expect(ends()).toEqual([['settle', 'hold-1', used, { by: 'payer', partial: false }]])
  })

  test('usage seen, and then it fails: that usage', async () => {
    const failure = new Problem('provider-failed', 'broke off')
    const { ask, ends } = scene([answering, text('Hi'), { usage }, { fail: failure }])
    await expect(ask()).rejects.toBe(failure)
    expect(ends()).toEqual([['settle', 'hold-1', used, { by: 'payer', partial: false }]])
  })

  test('usage never said: an estimate of the question and of what was given', async () => {
    const { ask, told, ends } = scene([answering, text('Hi there, you'), { type: 'finished', reason: 'stop' }])
    await ask()
    expect(told).toContainEqual(['metered', 'estimate', 'payer'])
    expect(ends()).toMatchObject([['settle', 'hold-1', { inputTokens: 18, outputTokens: 4 }, { partial: false }]])
  })

  test('who asked has gone, the vendor goes on: it is listened to for its count', async () => {
    const more = Promise.withResolvers<void>()
    const { ask, ends, asked } = scene([answering, text('One'), { wait: more.promise }, text(' two'), finished])
    await expect(ask({ leaveAfter: 2 })).rejects.toThrow('left')
    expect(ends()).toEqual([])
    more.resolve()
    await expect.poll(ends).toEqual([['settle', 'hold-1', used, { by: 'payer', partial: false }]])
    expect(asked.aborted).toBeUndefined()
  })

  test('who asked has gone, the vendor takes too long: it is let go, and what was given is estimated', async () => {
    const { ask, ends, asked } = scene([answering, text('Eins zwei drei'), never], { readOnMs: 20 })
    await expect(ask({ leaveAfter: 2 })).rejects.toThrow('left')
    await expect
      .poll(ends)
      .toEqual([
        ['settle', 'hold-1', { model: 'fake-1', inputTokens: 18, outputTokens: 4 }, { by: 'payer', partial: false }],
      ])
    expect(asked.aborted).toBe(true)
  })

  test('who asked has gone before the first byte: the vendor is let go, and nothing is paid', async () => {
    const { ask, told, ends, asked } = scene([never])
    await expect(ask({ leaveAfter: 0 })).rejects.toThrow('left')
    await expect.poll(ends).toEqual([['void', 'hold-1']])
    expect(told).toContainEqual(['unbilled', 'client-gone'])
    expect(asked.aborted).toBe(true)
  })

  test('the same where the question is paid in that case', async () => {
    const { ask, ends } = scene([never], { clientGone: 'prompt' })
    await expect(ask({ leaveAfter: 0 })).rejects.toThrow('left')
    await expect
      .poll(ends)
      .toMatchObject([['settle', 'hold-1', { model: 'fake-1', inputTokens: 18, outputTokens: 0 }, { by: 'payer' }]])
  })

  test('the vendor fails after it began: what was given, marked as partial, and no word of the error', async () => {
    const failure = new Problem('provider-failed', 'a very long text of an error '.repeat(50))
    const { ask, told, ends } = scene([answering, text('Eins zwei drei'), { fail: failure }])
    await expect(ask()).rejects.toBe(failure)
    expect(told).toContainEqual(['metered', 'partial', 'payer'])
    expect(ends()).toEqual([
      ['settle', 'hold-1', { model: 'fake-1', inputTokens: 0, outputTokens: 4 }, { by: 'payer', partial: true }],
    ])
  })

  test.each(['provider-rejected', 'timeout'] as const)(
    'the vendor gives nothing (%s): nothing is paid',
    async (code) => {
      const { ask, told, ends } = scene([{ fail: new Problem(code, 'no') }])
      await expect(ask()).rejects.toMatchObject({ code })
      expect(ends()).toEqual([['void', 'hold-1']])
      expect(told).toContainEqual(['unbilled', 'refused'])
    },
  )

  test('the hold was over by then: counted', async () => {
    const { ask, told } = scene([answering, finished], { states: ['expired'] })
    await ask()
    expect(told.at(-1)).toEqual(['unbilled', 'expired'])
  })
})

describe('who pays', () => {
  test('the platform for its own work, and when nobody is named', async () => {
    for (const charge of [undefined, { payer: 'platform' as const, purpose: 'title' }]) {
      const { meter, told } = scene([])
      const model = meter.meter(fakeModel([answering, finished], {}))
      const request = { messages: [], tools: [], sampling: {}, charge }
      for await (const part of model.stream(request, { signal: new AbortController().signal })) void part
      expect(told[0]?.[2]).toBe('platform')
      expect(told.at(-1)).toEqual(['settle', 'hold-1', used, { by: 'platform', partial: false }])
    }
  })

  test('the platform for an answer that lost', async () => {
    const { ask, ends } = scene([answering, finished])
    await ask({ charge: { payer: { ...user, lost: () => true }, purpose: 'reply' } })
    expect(ends()).toMatchObject([['settle', 'hold-1', used, { by: 'platform' }]])
  })
})

describe('without credits', () => {
  test('too few: refused, and the model is not asked', async () => {
    const problem = new Problem('insufficient-credits', 'too few')
    const { ask, asked, ends } = scene([answering, finished], { reserve: () => Promise.reject(problem) })
    await expect(ask()).rejects.toBe(problem)
    expect([asked.request, ends()]).toEqual([undefined, []])
  })

  test('nobody knows: unavailable, and the model is not asked', async () => {
    let tries = 0
    const reserve = () => Promise.reject(new Problem(++tries < 4 ? 'unavailable' : 'timeout', 'nobody home'))
    const { ask, asked, ends } = scene([answering, finished], { reserve })
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable' })
    expect(asked.request).toBeUndefined()
    // What timed out may be held all the same.
    await expect.poll(ends).toEqual([['void', 'hold-1']])
  })

  test('billing that is away when an answer ends is told later', async () => {
    const { told, meter } = scene([])
    let away = 3
    const patient = createMeter(
      {
        credits: {
          reserve: async () => undefined,
          settle: async () => {
            if (away-- > 0) throw new Problem('unavailable', 'nobody home')
            told.push(['settled'])
            return 'settled'
          },
          void: async () => 'voided',
        },
        clock,
        observer: { metered: () => undefined, unbilled: (why) => told.push(['unbilled', why]) },
        newId: () => 'hold-1',
      },
      { maxOutputTokens: 100, readOnMs: 0, clientGone: 'free', lifeS: 60 },
    )
    const model = patient.meter(fakeModel([answering, finished], {}))
    const request = { messages: [], tools: [], sampling: {} }
    for await (const part of model.stream(request, { signal: new AbortController().signal })) void part
    await expect.poll(() => told).toEqual([['settled']])
    await patient[Symbol.asyncDispose]()
    await meter[Symbol.asyncDispose]()
  })
})

test('closing lets go of vendors that are still listened to, and settles', async () => {
  const { ask, ends, meter, asked } = scene([answering, text('One'), never])
  await expect(ask({ leaveAfter: 2 })).rejects.toThrow('left')
  expect(ends()).toEqual([])
  await meter[Symbol.asyncDispose]()
  expect(asked.aborted).toBe(true)
  expect(ends()).toHaveLength(1)
})

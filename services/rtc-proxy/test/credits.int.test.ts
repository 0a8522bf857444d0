import { billing, chat, Problem, type Consumption } from '@parley/contracts'
import { describe, expect, test } from 'vitest'
import { newPerson, openFixture, parley, shop } from './fixture.ts'

type Asked = { what: string; holdId: string; seconds?: number; payer?: unknown }

/** A fixture beside a stand-in of billing that writes down what it is asked. */
async function openPaid(settings: Parameters<typeof openFixture>[0] = {}) {
  const fixture = await openFixture({
    callbacks: true,
    scenes: { 'parley.json': parley, 'shop.json': shop },
    ...settings,
    environment: { CREDITS: 'on', RTC_SWEEP_EVERY_S: '1', ...settings.environment },
  })
  const asked: Asked[] = []
  const refusing = new Map<string, Problem>()
  const hold = (what: string, { holdId, payer, most }: { holdId: string; payer?: unknown; most?: Consumption[] }) => {
    const seconds = most?.[0]?.type === 'voice-chat' ? most[0].seconds : undefined
    asked.push({ what, holdId, ...(seconds !== undefined && { seconds }), ...(payer !== undefined && { payer }) })
    const problem = refusing.get(what)
    if (problem) throw problem
    return { holdId, state: 'held' as const, max: 0, expiresAt: new Date().toISOString() }
  }
  const { bus } = fixture
  bus.handle(billing.reserve, (input) => hold('reserve', input))
  bus.handle(billing.extend, (input) => hold('extend', input))
  bus.handle(billing.void, (input) => hold('void', input))
  bus.handle(billing.settle, ({ holdId, used }) => hold('settle', { holdId, most: [used] }))
  bus.handle(chat.closeRoom, () => ({ closed: true }))
  await bus.flush()
  const call = (action: string, person: ReturnType<typeof newPerson>) =>
    fixture.call(person, { action, sceneId: 'parley' })
  return Object.assign(fixture, {
    asked,
    refusing,
    start: (person = newPerson()) => call('StartVoiceChat', person),
    stop: (person: ReturnType<typeof newPerson>) => call('StopVoiceChat', person),
    /** As if the next payment were due. */
    due: async () => {
      const [taskId = ''] = await fixture.redis.zrange('rtc:payments', '0', '-1')
      await fixture.redis.zadd('rtc:payments', 1, taskId)
    },
  })
}

describe('a voice chat', () => {
  test('is held ahead before the cloud is asked, paid on while it lasts, and settled by its time', async () => {
    await using fixture = await openPaid()
    const person = newPerson()
    expect(await fixture.start(person)).toMatchObject({ Result: 'ok' })
    const holdId = fixture.asked[0]?.holdId
    expect(fixture.asked).toEqual([{ what: 'reserve', holdId, seconds: 120, payer: { userId: person.userId } }])
    await fixture.due()
    await expect.poll(() => fixture.asked[1], { timeout: 5_000 }).toMatchObject({ what: 'extend', holdId })
    expect(fixture.asked[1]?.seconds).toBeGreaterThan(120)
    expect(await fixture.stop(person)).toMatchObject({ Result: 'ok' })
    expect(fixture.asked.slice(2)).toMatchObject([{ what: 'settle', holdId }])
    expect(fixture.asked[2]?.seconds).toBeGreaterThanOrEqual(1)
    expect(fixture.asked[2]?.seconds).toBeLessThan(60)
    expect(await fixture.redis.exists('rtc:payments', 'rtc:held', 'rtc:owed')).toBe(0)
  })

  test('without enough credits is refused, and the cloud is not asked', async () => {
    await using fixture = await openPaid()
    fixture.refusing.set('reserve', new Problem('insufficient-credits', 'too few'))
    const person = newPerson()
    await expect(fixture.start(person)).rejects.toMatchObject({ code: 'insufficient-credits' })
    expect(fixture.vendor.calls).toEqual([])
    fixture.refusing.clear()
    expect(await fixture.start(person)).toMatchObject({ Result: 'ok' })
  })

  test('that nobody can hold credits for is not started', async () => {
    await using fixture = await openPaid()
    fixture.refusing.set('reserve', new Problem('internal', 'broken'))
    await expect(fixture.start()).rejects.toMatchObject({ code: 'unavailable' })
    expect(fixture.vendor.calls).toEqual([])
  })

  test('that the cloud refuses costs nothing', async () => {
    await using fixture = await openPaid({ script: () => ({ error: { code: 'AccessDenied' } }) })
    await fixture.start()
    expect(fixture.asked.map(({ what }) => what)).toEqual(['reserve', 'void'])
  })

  test('that there is no room for costs nothing', async () => {
    await using fixture = await openPaid({ environment: { RTC_MAX_CALLS: '1' } })
    await fixture.start()
    await expect(fixture.start()).rejects.toMatchObject({ code: 'overloaded' })
    expect(fixture.asked.map(({ what }) => what)).toEqual(['reserve', 'reserve', 'void'])
  })

  test('whose credits run out is stopped, and settled', async () => {
    await using fixture = await openPaid()
    await fixture.start()
    fixture.refusing.set('extend', new Problem('insufficient-credits', 'no more'))
    await fixture.due()
    await expect.poll(() => fixture.vendor.tasks, { timeout: 8_000 }).toEqual([])
    await expect.poll(() => fixture.asked.at(-1)).toMatchObject({ what: 'settle' })
    await expect.poll(() => fixture.log.join('')).toContain('"reason":"unpaid"')
  })

  test('goes on while billing is away, for as long as it is held', async () => {
    await using fixture = await openPaid()
    await fixture.start()
    fixture.refusing.set('extend', new Problem('unavailable', 'away'))
    await fixture.due()
    await expect.poll(() => fixture.asked.at(-1), { timeout: 5_000 }).toMatchObject({ what: 'extend' })
    expect(fixture.vendor.tasks).toHaveLength(1)
    const [taskId = ''] = await fixture.redis.hkeys('rtc:held')
    await fixture.redis.hset('rtc:held', taskId, 1)
    await fixture.due()
    await expect.poll(() => fixture.vendor.tasks, { timeout: 8_000 }).toEqual([])
  })

  test('that ends while billing is away is settled later, once, by the time it ended', async () => {
    await using fixture = await openPaid()
    const person = newPerson()
    await fixture.start(person)
    fixture.refusing.set('settle', new Problem('unavailable', 'away'))
    expect(await fixture.stop(person)).toMatchObject({ Result: 'ok' })
    const settlements = () => fixture.asked.filter(({ what }) => what === 'settle')
    await expect.poll(() => settlements().length, { timeout: 5_000 }).toBeGreaterThan(1)
    fixture.refusing.clear()
    const refusals = settlements().length
    await expect.poll(() => settlements().length, { timeout: 5_000 }).toBe(refusals + 1)
    expect(new Set(settlements().map(({ seconds }) => seconds)).size).toBe(1)
    await expect.poll(() => fixture.redis.exists('rtc:owed')).toBe(0)
  })
})

test('with credits off nothing is asked', async () => {
  await using fixture = await openPaid({ environment: { CREDITS: 'off' } })
  const person = newPerson()
  await fixture.start(person)
  await fixture.stop(person)
  expect(fixture.asked).toEqual([])
})

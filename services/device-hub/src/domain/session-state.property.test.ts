import assert from 'node:assert/strict'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { initialState, step, type SessionEffect, type SessionEvent, type SessionState } from './session-state.ts'

const mode = fc.constantFrom('auto' as const, 'manual' as const, 'realtime' as const)
/** Events as they come, with numbers that are now and then those of listenings and replies that exist or existed. */
const number = fc.integer({ min: 1, max: 12 })
const text = fc.constantFrom('', 'hi')
const event: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.constant<SessionEvent>({ type: 'hello' }),
  fc.record({ mode, interruptible: fc.boolean() }).map((start): SessionEvent => ({ type: 'listen-start', ...start })),
  fc.constant<SessionEvent>({ type: 'listen-stop' }),
  fc.constant<SessionEvent>({ type: 'wake-word' }),
  fc.constant<SessionEvent>({ type: 'typed-text', text: 'hi' }),
  fc.constant<SessionEvent>({ type: 'abort' }),
  number.map((listening): SessionEvent => ({ type: 'speech-start', listening })),
  number.map((listening): SessionEvent => ({ type: 'speech-confirmed', listening })),
  fc.record({ listening: number, text }).map((news): SessionEvent => ({ type: 'heard', ...news })),
  number.map((listening): SessionEvent => ({ type: 'ears-failed', listening })),
  number.map((reply): SessionEvent => ({ type: 'reply-ended', reply })),
  fc.constant<SessionEvent>({ type: 'say', text: 'tea' }),
  fc.constant<SessionEvent>({ type: 'idle' }),
  fc.constant<SessionEvent>({ type: 'idle', farewell: 'bye' }),
  fc.constant<SessionEvent>({ type: 'goodbye', text: 'bye', farewell: 'bye' }),
  number.map((listening): SessionEvent => ({ type: 'goodbye', text: 'bye', listening })),
)
const history = fc.array(event, { maxLength: 30 })

/** What an outside world that only sees events and effects knows to be going on. */
class World {
  readonly listenings = new Set<number>()
  readonly replies = new Set<number>()
  closed = false
  #newest = 0

  see(event: SessionEvent, effects: SessionEffect[]) {
    if (event.type === 'heard' || event.type === 'ears-failed' || event.type === 'goodbye')
      if (event.listening !== undefined) this.listenings.delete(event.listening)
    if (event.type === 'reply-ended') this.replies.delete(event.reply)
    for (const effect of effects) this.#carryOut(effect)
  }

  #carryOut(effect: SessionEffect) {
    assert.equal(this.closed, false)
    if (effect.type === 'start-listening') this.#start(this.listenings, effect.number)
    if (effect.type === 'start-reply' || effect.type === 'start-apology' || effect.type === 'start-announcement') {
      this.#start(this.replies, effect.number)
    }
    if (effect.type === 'stop-listening') assert.ok(this.listenings.delete(effect.number))
    if (effect.type === 'stop-reply') assert.ok(this.replies.delete(effect.number))
    if (effect.type === 'finish-listening') assert.ok(this.listenings.has(effect.number))
    if (effect.type === 'close') this.closed = true
  }

  /** Never two of a kind at once, and no number twice. */
  #start(running: Set<number>, number: number) {
    assert.equal(running.size, 0)
    assert.ok(number > this.#newest)
    this.#newest = number
    running.add(number)
  }
}

function play(
  events: SessionEvent[],
  check: (state: SessionState, world: World) => void,
): { state: SessionState; world: World } {
  const world = new World()
  let state = initialState
  for (const event of events) {
    const next = step(state, event)
    state = next.state
    world.see(event, next.effects)
    check(state, world)
  }
  return { state, world }
}

test('whatever happens, the session and the world agree on what goes on, and there is never two of it', () => {
  fc.assert(
    fc.property(history, (events) => {
      play(events, (state, world) => {
        expect([...world.listenings]).toEqual(state.listening ? [state.listening.number] : [])
        expect([...world.replies]).toEqual(state.reply ? [state.reply.number] : [])
        expect(state.phase === 'closed').toBe(world.closed)
      })
    }),
    { numRuns: 500 },
  )
})

test('every close leaves nothing running, and nothing happens after it', () => {
  fc.assert(
    fc.property(history, history, (before, after) => {
      const { world } = play([...before, { type: 'close', reason: 'device' }, ...after], () => undefined)
      expect(world).toMatchObject({ closed: true, listenings: new Set(), replies: new Set() })
    }),
  )
})

test('an abort is always answered: by stopping the reply, or by a tts stop of its own, never by both', () => {
  fc.assert(
    fc.property(history, (events) => {
      const { state } = play(events, () => undefined)
      fc.pre(state.phase !== 'closed')
      const answers = step(state, { type: 'abort' }).effects.filter(
        ({ type }) => type === 'send' || type === 'stop-reply',
      )
      expect(answers).toHaveLength(1)
    }),
  )
})

test('a realtime device is always listened to once its reply is over', () => {
  const speaking = event.filter(
    ({ type }) =>
      !['listen-start', 'listen-stop', 'idle', 'goodbye', 'ears-failed', 'heard', 'reply-ended'].includes(type),
  )
  fc.assert(
    fc.property(fc.array(speaking, { maxLength: 10 }), (events) => {
      const { state } = play(
        [{ type: 'hello' }, { type: 'listen-start', mode: 'realtime' }, ...events],
        () => undefined,
      )
      const over = state.reply ? step(state, { type: 'reply-ended', reply: state.reply.number }).state : state
      expect(over.listening?.mode).toBe('realtime')
    }),
  )
})

import { describe, expect, test } from 'vitest'
import { packet } from '../../test/fakes.ts'
import { sessionScene as scene } from '../../test/session-scene.ts'
import { settle } from '../../test/virtual-clock.ts'

describe('bounds', () => {
  test('early frames are kept for 2.4 s, the newest', async () => {
    const { ears, session, hello, listen, ready } = scene()
    hello()
    for (let mark = 0; mark < 60; mark++) session.receiveAudio(packet(mark))
    listen()
    await ready()
    expect(ears.sentTo(0)).toHaveLength(40)
    expect(ears.sentTo(0).at(-1)).toBe('39:59')
  })

  test('frames that are empty, or longer than any Opus packet, are left out', async () => {
    const { ears, session, hello, listen, ready } = scene()
    hello()
    listen()
    await ready()
    session.receiveAudio(new Uint8Array(0))
    session.receiveAudio(new Uint8Array(60_000))
    session.receiveAudio(packet(1))
    expect(ears.sentTo(0)).toEqual(['0:1'])
  })

  test('a device that only sends silence is idle, however often its silence was listened to', async () => {
    const { clock, link, ears, hello, listen, ready } = scene()
    hello()
    listen()
    for (let round = 0; round < 5; round++) {
      await clock.advance(30_000)
      await ready()
      ears.hear('')
      await settle()
    }
    expect(link.closedWith).toEqual({ code: 1000, reason: 'idle' })
  })

  test('a device that speaks is not idle', async () => {
    const { clock, link, voice, hello, detect } = scene()
    voice.frames = 3_000
    hello()
    detect('tell me a story')
    await clock.advance(179_000)
    expect(link.closedWith).toBeUndefined()
  })

  test('a device that never says anything is let go, unless idleness is allowed', async () => {
    const strict = scene()
    strict.hello()
    await strict.clock.advance(120_000)
    expect(strict.link.closedWith?.reason).toBe('idle')
    const patient = scene({ idleCloseMs: 0 })
    patient.hello()
    await patient.clock.advance(10_000_000)
    expect(patient.link.closedWith).toBeUndefined()
  })

  test('a connection without a hello is none of a device', async () => {
    const { clock, link } = scene({ idleCloseMs: 0 })
    await clock.advance(30_000)
    expect(link.closedWith?.reason).toBe('idle')
  })

  test('audio beyond twice the speed of a microphone is left out, and what follows in time is heard', async () => {
    const { clock, ears, session, hello, listen, ready } = scene()
    hello()
    listen()
    await ready()
    for (let second = 0; second < 10; second++) {
      for (let frame = 0; frame < 50; frame++) session.receiveAudio(packet(1))
      await clock.advance(1_000)
    }
    // 4.8 s at once, and 2 s of sound a second: of 3 s a second a third is too much.
    expect(ears.sentTo(0).length).toBeLessThanOrEqual((4_800 + 10 * 2_000) / 60)
    session.receiveAudio(packet(9))
    expect(ears.sentTo(0).at(-1)).toMatch(/:9$/)
  })
})

describe('the end', () => {
  test('in the middle of a reply stops and records it, once, and leaves nothing running', async () => {
    const { clock, link, ears, mind, turns, voice, session, hello, detect, listen } = scene()
    voice.frames = 100
    hello({ mcp: true })
    detect('hi')
    await clock.advance(1_000)
    listen('manual')
    session.close('replaced')
    session.close('device')
    expect(link.closedWith).toEqual({ code: 4409, reason: 'replaced' })
    await session.settled()
    expect(mind.heard).toMatchObject([{ interrupted: true }])
    expect(turns).toHaveLength(1)
    expect(ears.last.feed.closed).toBe(true)
    expect(clock.pending).toBe(0)
  })

  test('is final: what comes afterwards changes nothing', async () => {
    const { clock, link, ears, session, hello, listen, detect } = scene()
    session.close('shutdown')
    hello({ mcp: true })
    listen()
    detect('hi')
    session.receiveAudio(packet(1))
    await settle()
    expect(link.story).toEqual([])
    expect(ears.listenings).toEqual([])
    expect(clock.pending).toBe(0)
  })

  test('comes with a goodbye', () => {
    const { link, session } = scene()
    session.receive({ type: 'goodbye' })
    expect(link.closedWith?.code).toBe(1000)
  })

  test('settles only when the last turn is recorded', async () => {
    const { clock, mind, session, hello, detect } = scene()
    hello()
    detect('hi')
    let settled = false
    void session.settled().then(() => (settled = true))
    await clock.advance(200)
    expect(settled).toBe(false)
    await clock.advance(2_000)
    expect(settled).toBe(true)
    expect(mind.heard).toHaveLength(1)
  })
})

import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { RecordingLink } from '../../test/fakes.ts'
import { settle, VirtualClock } from '../../test/virtual-clock.ts'
import { connectDeviceTools } from './device-tools.ts'

type Rpc = { id?: number; method: string; params?: Record<string, unknown> }

function scene() {
  const clock = new VirtualClock()
  const link = new RecordingLink(clock)
  const tools = connectDeviceTools({ link, clock })
  const asked = (): Rpc[] => link.messages.flatMap((sent) => (sent.type === 'mcp' ? [sent.payload as Rpc] : []))
  const answer = async (result: Record<string, unknown>) => {
    tools.receive({ jsonrpc: '2.0', id: asked().at(-1)?.id, result })
    await settle()
  }
  return { clock, link, tools, asked, answer }
}

const tool = (name: string) => ({ name, description: 'does it', inputSchema: { type: 'object' } })
const lamp = { name: 'self.lamp', arguments: { on: true } }

describe('discovery', () => {
  test('initializes, says so, and follows the pages', async () => {
    const { tools, asked, answer } = scene()
    expect(asked()).toMatchObject([{ id: 1, method: 'initialize', params: { protocolVersion: '2024-11-05' } }])
    await answer({})
    expect(asked().slice(1)).toMatchObject([{ method: 'notifications/initialized' }, { id: 2, method: 'tools/list' }])
    expect(asked()[1]).not.toHaveProperty('id')
    await answer({ tools: [tool('a')], nextCursor: 'b' })
    expect(tools.list().map(({ name }) => name)).toEqual(['a'])
    expect(asked().at(-1)).toMatchObject({ id: 3, params: { cursor: 'b' } })
    await answer({ tools: [tool('b')], nextCursor: '' })
    expect(tools.list().map(({ name }) => name)).toEqual(['a', 'b'])
    expect(asked()).toHaveLength(4)
  })

  test('does not go round in circles', async () => {
    const { asked, answer } = scene()
    await answer({})
    for (let page = 0; page < 5; page++) await answer({ tools: [tool('a')], nextCursor: 'again' })
    expect(asked().filter(({ method }) => method === 'tools/list')).toHaveLength(2)
  })

  test('ends with a device that has cursors without end', async () => {
    const { asked, answer } = scene()
    await answer({})
    for (let page = 0; page < 50; page++) await answer({ tools: [], nextCursor: `page ${page}` })
    expect(asked().filter(({ method }) => method === 'tools/list')).toHaveLength(32)
  })

  test('keeps no more tools than a reply may be told of', async () => {
    const { tools, answer } = scene()
    await answer({})
    await answer({ tools: Array.from({ length: 100 }, (_item, index) => tool(`a${index}`)), nextCursor: 'b' })
    await answer({ tools: Array.from({ length: 100 }, (_item, index) => tool(`b${index}`)) })
    expect(tools.list()).toHaveLength(128)
  })

  test('gives up on a device that does not answer, which simply has no tools', async () => {
    const { clock, tools, asked } = scene()
    await clock.advance(60_000)
    expect(tools.list()).toEqual([])
    expect(asked()).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })
})

describe('a call', () => {
  test('is answered by its number', async () => {
    const { tools, asked } = scene()
    const first = tools.call(lamp, {})
    const second = tools.call(lamp, {})
    const [, one, two] = asked()
    expect(one).toMatchObject({ id: 2, method: 'tools/call', params: lamp })
    tools.receive({ id: two?.id, result: { content: [{ type: 'text', text: 'two' }], isError: false } })
    tools.receive({ id: one?.id, result: { content: [{ type: 'text', text: 'one' }] } })
    expect(await Promise.all([first, second])).toEqual([
      { text: 'one', failed: false },
      { text: 'two', failed: false },
    ])
  })

  test('that the device refuses, without a code, is its answer', async () => {
    const { tools, asked } = scene()
    const call = tools.call(lamp, {})
    tools.receive({ id: asked().at(-1)?.id, error: { message: 'Missing valid argument: x' } })
    expect(await call).toEqual({ text: 'Missing valid argument: x', failed: true })
  })

  test('that is never answered times out and leaves nothing behind', async () => {
    const { clock, tools } = scene()
    const call = expect(tools.call(lamp, {})).rejects.toMatchObject({ code: 'timeout' })
    await clock.advance(30_000)
    await call
    expect(clock.pending).toBe(0)
  })

  test('lets go of the signal of its caller', async () => {
    const { tools, asked } = scene()
    const abort = new AbortController()
    const call = tools.call(lamp, { signal: abort.signal })
    tools.receive({ id: asked().at(-1)?.id, result: {} })
    await call
    expect(getEventListeners(abort.signal, 'abort')).toEqual([])
  })

  test('ends with its caller', async () => {
    const { tools, asked } = scene()
    const abort = new AbortController()
    const call = tools.call(lamp, { signal: abort.signal })
    abort.abort(new Error('nobody waits'))
    await expect(call).rejects.toThrow('nobody waits')
    tools.receive({ id: asked().at(-1)?.id, result: {} })
    await expect(tools.call(lamp, { signal: abort.signal })).rejects.toThrow('nobody waits')
    expect(asked()).toHaveLength(2)
  })

  test('fails when the device goes, and so does every later one', async () => {
    const { clock, tools } = scene()
    const call = tools.call(lamp, {})
    tools.close()
    await expect(call).rejects.toMatchObject({ code: 'unavailable' })
    await expect(tools.call(lamp, {})).rejects.toMatchObject({ code: 'unavailable' })
    await settle()
    expect(clock.pending).toBe(0)
  })

  test('is not confused by what nobody asked for', async () => {
    const { tools, asked } = scene()
    const call = tools.call(lamp, {})
    for (const stray of [
      {},
      { id: 99, result: {} },
      { id: String(asked().at(-1)?.id), result: {} },
      { method: 'hi' },
    ]) {
      tools.receive(stray)
    }
    tools.receive({ id: asked().at(-1)?.id, result: { content: [{ type: 'text', text: 'done' }] } })
    expect(await call).toEqual({ text: 'done', failed: false })
  })
})

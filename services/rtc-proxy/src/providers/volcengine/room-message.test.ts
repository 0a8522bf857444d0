import { describe, expect, test } from 'vitest'
import { readRoomMessage } from './room-message.ts'
import { readTlv } from './tlv.ts'

const now = new Date('2026-01-01T00:00:00Z')

function tlv(magic: string, value: unknown): Buffer {
  const json = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(json.length)
  return Buffer.concat([Buffer.from(magic), length, json])
}
const read = (magic: string, value: unknown) => readRoomMessage(tlv(magic, value), now)

describe('the vendor’s samples', () => {
  const conv = Buffer.from(
    'Y29udgAAAHZ7IlRhc2tJZCI6InRhc2sxIiwiVXNlcklEIjoidXNlcjEiLCJSb3VuZElEIjowLCJFdmVudFRpbWUiOjE2MTE3MzY4MTI4NTMsIlN0YWdlIjp7IkNvZGUiOjMsIkRlc2NyaXB0aW9uIjoiYW5zd2VyaW5nIn19',
    'base64',
  )
  const ctrl = Buffer.from(
    '6374726c000000367b22436f6d6d616e64223a22696e74657272757074222c22496e746572727570744d6f6465223a302c224d657373616765223a22227d',
    'hex',
  )
  const func = Buffer.from(
    '66756e630000003a7b22546f6f6c43616c6c4944223a2263616c6c5f6378222c22436f6e74656e74223a22e4b88ae6b5b7e5a4a9e6b094e698afe58fb0e9a38e227d',
    'hex',
  )

  test('conv: what the agent does', () => {
    expect(readTlv(conv)).toEqual({
      magic: 'conv',
      value: {
        TaskId: 'task1',
        UserID: 'user1',
        RoundID: 0,
        EventTime: 1_611_736_812_853,
        Stage: { Code: 3, Description: 'answering' },
      },
    })
    expect(readRoomMessage(conv, now)).toEqual({
      kind: 'state',
      stage: 'speaking',
      code: 3,
      round: 0,
      at: new Date(1_611_736_812_853),
    })
  })

  test('ctrl and func: what clients tell the agent, which is not for us', () => {
    expect(readTlv(ctrl)).toEqual({ magic: 'ctrl', value: { Command: 'interrupt', InterruptMode: 0, Message: '' } })
    expect(readTlv(func)).toEqual({ magic: 'func', value: { ToolCallID: 'call_cx', Content: '上海天气是台风' } })
    expect(readRoomMessage(ctrl, now)).toEqual({ kind: 'other' })
    expect(readRoomMessage(func, now)).toEqual({ kind: 'other' })
  })
})

test.each([
  [1, 'listening'],
  [2, 'thinking'],
  [3, 'speaking'],
  [4, 'interrupted'],
  [5, 'finished'],
  [0, 'other'],
  [77, 'other'],
])('the code %s is %s, whatever its description', (Code, stage) => {
  expect(read('conv', { RoundId: 4, Stage: { Code, Description: 'x' } })).toEqual({
    kind: 'state',
    stage,
    code: Code,
    round: 4,
    at: now,
  })
})

test('subv: what is said', () => {
  const said = { text: '你好。', language: 'zh', userId: 'u', sequence: 7, definite: true, paragraph: false }
  const message = read('subv', {
    type: 'subtitle',
    data: [
      { ...said, roundId: 2 },
      { ...said, mode: 1, timestamp: 5 },
    ],
  })
  expect(message).toEqual({
    kind: 'subtitles',
    pieces: [
      { ...said, round: 2, incremental: false },
      { ...said, round: undefined, incremental: true },
    ],
  })
})

test('tool: what the agent wants done', () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }
  expect(read('tool', { subscriber_user_id: 'u', tool_calls: [call] })).toEqual({
    kind: 'function-calls',
    calls: [{ id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' }],
  })
  expect(read('info', { any: 'thing' })).toEqual({ kind: 'other' })
})

describe('what is none is refused', () => {
  test.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['too little', Buffer.from('conv\0\0')],
    ['a length that is not its own', Buffer.concat([tlv('conv', {}), Buffer.from(' ')])],
    ['no JSON', tlv('conv', '{')],
    ['too much', tlv('info', 'x'.repeat(50_000))],
    ['a state without a code', tlv('conv', { Stage: {} })],
    ['a subtitle without a text', tlv('subv', { data: [{ userId: 'u' }] })],
    ['a call without a function', tlv('tool', { tool_calls: [{ id: 'x' }] })],
  ])('%s', (_, bytes) => {
    expect(() => readRoomMessage(bytes, now)).toThrow(expect.objectContaining({ code: 'bad-request' }) as Error)
  })
})

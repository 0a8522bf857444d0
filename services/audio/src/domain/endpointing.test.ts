import { expect, test } from 'vitest'
import { advance, beforeSpeech, windowMs, type EndpointState } from './endpointing.ts'

/** `v` is a window with voice, `.` one without; 10 windows are 300 ms. */
function run(windows: string, rules: { mode: 'auto' | 'manual'; silenceMs?: number; maxSpeechMs?: number }) {
  const { mode, silenceMs = 300, maxSpeechMs = 3_000 } = rules
  let state: EndpointState = beforeSpeech
  const changes: [phase: string, window: number][] = []
  for (const [index, window] of [...windows].entries()) {
    const next = advance(state, window === 'v', { mode, silenceMs, maxSpeechMs })
    if (next.phase !== state.phase) changes.push([next.phase, index + 1])
    state = next
  }
  return { changes, state }
}

const v = (count: number) => 'v'.repeat(count)
const _ = (count: number) => '.'.repeat(count)

test.each([
  ['silence never begins', 'auto', _(5_000), []],
  ['a click is not speech', 'auto', `${_(5)}v${_(20)}vv${_(20)}vvv${_(20)}`, []],
  ['four voiced of six begin', 'auto', `${_(5)}v.vv.v`, [['speaking', 11]]],
  [
    'silence ends',
    'auto',
    `${v(10)}${_(10)}`,
    [
      ['speaking', 4],
      ['ended', 20],
    ],
  ],
  ['a shorter silence does not', 'auto', `${v(10)}${_(9)}${v(5)}${_(9)}`, [['speaking', 4]]],
  [
    'a lonely voiced window does not undo a silence',
    'auto',
    `${v(10)}${_(5)}v${_(5)}`,
    [
      ['speaking', 4],
      ['ended', 21],
    ],
  ],
  ['two in a row do', 'auto', `${v(10)}${_(5)}vv${_(4)}`, [['speaking', 4]]],
  [
    'speech without an end is cut',
    'auto',
    v(200),
    [
      ['speaking', 4],
      ['ended', 98],
    ],
  ],
  ['manual: silence does not end', 'manual', `${v(10)}${_(80)}`, [['speaking', 4]]],
  [
    'manual: the limit counts from the beginning',
    'manual',
    `${_(50)}${v(60)}`,
    [
      ['speaking', 54],
      ['ended', 100],
    ],
  ],
  ['manual: silence is limited as well', 'manual', _(150), [['ended', 100]]],
] as const)('%s', (_name, mode, windows, changes) => {
  expect(run(windows, { mode }).changes).toEqual(changes)
})

test('speech lasts from the first voice to the last', () => {
  const { state } = run(`${_(3)}${v(10)}${_(5)}${v(5)}${_(10)}`, { mode: 'auto' })
  expect(state.phase).toBe('ended')
  expect(state.speech * windowMs).toBe(600)
})

import { expect, test } from 'vitest'
import { someRun } from '../../test/some-run.ts'
import { callbackProof, deadlineOf, isCallbackProof, toTurnId, type Run } from './run.ts'

const run: Run = { ...someRun, told: false, startedAtMs: 1_000 }

test('what is shown in one place proves nothing in another', () => {
  expect(isCallbackProof(run, 'url', callbackProof(run.key, 'url'))).toBe(true)
  for (const given of [callbackProof(run.key, 'signature'), run.key, '', undefined, 'é'.repeat(2_000)])
    expect(isCallbackProof(run, 'url', given)).toBe(false)
  expect(isCallbackProof({ key: 'other' }, 'url', callbackProof(run.key, 'url'))).toBe(false)
})

test('a round is always the same turn, and another one elsewhere', () => {
  const turnId = toTurnId('task_1', '0')
  expect(turnId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(toTurnId('task_1', '0')).toBe(turnId)
  expect(new Set([turnId, toTurnId('task_1', '1'), toTurnId('task_2', '0'), toTurnId('task_', '1\n0')]).size).toBe(4)
})

test('a run of which something should be heard ends by silence, each one in the end', () => {
  const limits = { callMaxMs: 10_000, callIdleMs: 3_000 }
  expect(deadlineOf(run, 2_000, limits)).toBe(5_000)
  expect(deadlineOf(run, 9_000, limits)).toBe(11_000)
  expect(deadlineOf({ ...run, answered: false }, 2_000, limits)).toBe(11_000)
  expect(deadlineOf({ ...run, answered: false, told: true }, 2_000, limits)).toBe(5_000)
})

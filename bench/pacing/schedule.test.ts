import { expect, test } from 'vitest'
import { adhere } from './schedule.ts'

const settings = { frameMs: 60, leadFrames: 2 }

test('frames on time are on time: three at once, then one every 60 ms', () => {
  expect(adhere([0, 0, 0, 60, 120], settings)).toEqual({ offsetsMs: [0, 0, 0, 0, 0], earlyBeyondLead: 0 })
})

test('a late one is late, and those after it are not', () => {
  expect(adhere([0, 0, 0, 75, 120], settings).offsetsMs).toEqual([0, 0, 0, 15, 0])
})

test('a burst beyond the lead is early', () => {
  expect(adhere([0, 0, 0, 0, 0], settings)).toEqual({ offsetsMs: [0, 0, 0, -60, -120], earlyBeyondLead: 2 })
})

test('a pause begins anew', () => {
  expect(adhere([0, 0, 0, 1_000, 1_000, 1_000, 1_060], settings)).toMatchObject({
    offsetsMs: [0, 0, 0, 0, 0, 0, 0],
    earlyBeyondLead: 0,
  })
})

import { describe, expect, test } from 'vitest'
import { createTenure } from './presence.ts'

describe('of two connections of one device', () => {
  test('the older one goes when it hears of the newer', () => {
    const tenure = createTenure()
    expect(tenure.begin(5)).toBe(false)
    expect(tenure.hearOf(6)).toBe(true)
  })

  test('the newer one stays: it hears of itself and of older ones', () => {
    const tenure = createTenure()
    tenure.begin(5)
    expect(tenure.hearOf(5)).toBe(false)
    expect(tenure.hearOf(4)).toBe(false)
    expect(tenure.epoch).toBe(5)
  })

  test('news that comes before its own epoch decides once that is known', () => {
    const older = createTenure()
    expect(older.hearOf(6)).toBe(false)
    expect(older.begin(5)).toBe(true)
    const newer = createTenure()
    newer.hearOf(4)
    expect(newer.begin(5)).toBe(false)
  })

  test('a kick without an epoch means whoever is there', () => {
    expect(createTenure().hearOf(undefined)).toBe(true)
  })
})

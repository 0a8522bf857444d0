import sharp from 'sharp'
import { afterEach, expect, test, vi } from 'vitest'
import { cleanImage } from './clean-image.ts'

afterEach(() => void vi.useRealTimers())

test('an image whose turn does not come in time is refused, and takes nobody’s place', async () => {
  const noise = { width: 3_000, height: 3_000, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 30 } } as const
  const large = await sharp({ create: { ...noise, background: 'red' } })
    .jpeg()
    .toBuffer()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  // Two at once, the third waits.
  const worked = [1, 2].map(() => cleanImage(large, 'image/jpeg'))
  const late = cleanImage(large, 'image/jpeg')
  vi.advanceTimersByTime(20_000)
  await expect(late).rejects.toMatchObject({ code: 'overloaded', retryAfterS: 5 })
  expect((await Promise.all(worked)).every(({ length }) => length > 0)).toBe(true)
  expect((await cleanImage(large, 'image/jpeg')).length).toBeGreaterThan(0)
})

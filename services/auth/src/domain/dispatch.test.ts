import { describe, expect, test } from 'vitest'
import { createDispatch, networkOf, recipientLimits, type DispatchPorts } from './dispatch.ts'

test.each([
  ['198.51.100.7', '198.51.100'],
  ['::ffff:198.51.100.7', '198.51.100'],
  ['2001:db8:85a3:8d3:1319:8a2e:370:7348', '2001:db8:85a3'],
  ['2001:0db8::1', '2001:db8:0'],
  ['2001:db8:1::', '2001:db8:1'],
  ['::1', '0:0:0'],
  ['', ''],
])('%s is of the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

describe('a captcha', () => {
  const quota = { points: 1_000, seconds: 3_600 }
  const to = { kind: 'phone', value: '+8613800138000' } as const

  /** A dispatch for somebody who was sent so many messages lately. */
  function open(sent: number, captcha: DispatchPorts['captcha']) {
    return createDispatch(
      {
        notifier: { reaches: () => true, send: () => Promise.resolve() },
        quotas: { take: () => Promise.resolve(0), count: () => Promise.resolve(sent) },
        tickets: {
          save: () => Promise.resolve(),
          saveNew: () => Promise.resolve(true),
          read: () => Promise.resolve(undefined),
          take: () => Promise.resolve(undefined),
        },
        captcha,
        onSent: () => undefined,
        now: () => new Date(),
      },
      {
        limits: { recipient: recipientLimits, client: quota, network: quota, spend: quota },
        countries: ['86'],
        captchaAfter: 3,
      },
    )
  }
  const asking = { address: '198.51.100.7', purpose: 'login' }
  const needed = { code: 'bad-request', issues: [{ path: 'captcha' }] }
  const knowsHuman = (answer: string) => Promise.resolve(answer === 'human')

  test('is not asked for at first', async () => {
    await expect(open(2, knowsHuman).admit(to, asking)).resolves.toMatchObject({ again: false })
  })

  test('is asked for after three messages, and believed', async () => {
    const dispatch = open(3, knowsHuman)
    await expect(dispatch.admit(to, asking)).rejects.toMatchObject(needed)
    await expect(dispatch.admit(to, { ...asking, captcha: 'program' })).rejects.toMatchObject(needed)
    await expect(dispatch.admit(to, { ...asking, captcha: 'human' })).resolves.toMatchObject({ again: false })
  })

  test('is not asked of somebody who has shown who they are, nor where there is none', async () => {
    await expect(open(9, knowsHuman).admit(to, { ...asking, known: true })).resolves.toBeDefined()
    await expect(open(9, undefined).admit(to, asking)).resolves.toBeDefined()
  })
})

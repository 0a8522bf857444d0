import { Secret } from '@parley/service-kit'
import { expect, test } from 'vitest'
import { createSiteVerify } from './site-verify.ts'

type Asked = { url: string; form: Record<string, string> }

/** A captcha's service that answers so. */
function open(answer: () => Response | Promise<Response>) {
  const asked: Asked[] = []
  const fetch = async (url: unknown, init: { body?: unknown } = {}) => {
    asked.push({ url: url as string, form: Object.fromEntries(new URLSearchParams(init.body as string)) })
    return answer()
  }
  const verify = createSiteVerify({
    url: 'https://captcha.test/verify',
    secret: new Secret('s'),
    timeoutMs: 100,
    fetch,
  })
  return { asked, verify }
}

test('is asked with the secret, the answer and the address', async () => {
  const { asked, verify } = open(() => Response.json({ success: true }))
  expect(await verify('human', '198.51.100.7')).toBe(true)
  expect(asked).toEqual([
    { url: 'https://captcha.test/verify', form: { secret: 's', response: 'human', remoteip: '198.51.100.7' } },
  ])
})

test.each<[string, () => Response | Promise<Response>]>([
  ['says no', () => Response.json({ success: false })],
  ['says something else', () => Response.json({ ok: 1 })],
  ['answers with a page', () => new Response('<html>')],
  ['cannot be reached', () => Promise.reject(new Error('nobody there'))],
])('lets nobody through when its service %s', async (_, answer) => {
  expect(await open(answer).verify('human', '198.51.100.7')).toBe(false)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromBase32, hotp, matchTotp, toBase32, totpUri } from './totp.ts'

const secret = Buffer.from('12345678901234567890')

test('gives the codes of RFC 4226, appendix D', () => {
  const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489']
  expect(codes.map((_, counter) => hotp(secret, counter))).toEqual(codes)
})

/** RFC 6238, appendix B, the rows of SHA-1; of its eight digits the last six. */
const vectors: [seconds: number, code: string][] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
]

describe('a code by time', () => {
  test.each(vectors)('at %i s is %s', (seconds, code) => {
    expect(matchTotp(secret, code, new Date(seconds * 1_000))).toBe(Math.floor(seconds / 30))
  })

  test('is known a step before and a step after its own, and no longer', () => {
    const at = (seconds: number) => matchTotp(secret, '005924', new Date(seconds * 1_000))
    expect([1_234_567_890 - 30, 1_234_567_890, 1_234_567_890 + 59].map(at)).toEqual([
      41_152_263, 41_152_263, 41_152_263,
    ])
    expect(at(1_234_567_890 - 31)).toBeUndefined()
    expect(at(1_234_567_890 + 60)).toBeUndefined()
  })

  test.each(['', '00592', '0059240', 'abcdef'])('"%s" is none', (code) => {
    expect(matchTotp(secret, code, new Date(1_234_567_890_000))).toBeUndefined()
  })
})

test('base32 is that of RFC 4648, and comes back', () => {
  expect(toBase32(Buffer.from('foobar'))).toBe('MZXW6YTBOI')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(fromBase32(toBase32(bytes))).toEqual(bytes)
    }),
  )
  expect(() => fromBase32('1')).toThrow('no base32')
})

test('an app reads its secret from a URI', () => {
  const uri = totpUri({ secret: 'MZXW6YTB', account: 'ada@example.com', issuer: 'My Parley' })
  expect(uri).toBe(
    'otpauth://totp/My%20Parley:ada%40example.com?secret=MZXW6YTB&issuer=My%20Parley&algorithm=SHA1&digits=6&period=30',
  )
})

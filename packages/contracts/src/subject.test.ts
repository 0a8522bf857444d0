import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Problem } from './problem.ts'
import { registry } from './registry.ts'
import { fillSubject, readTokens, wildcardSubject } from './subject.ts'

const pattern = 'device.v1.{deviceId}.call'
const anyToken = fc.stringMatching(/^[A-Za-z0-9_:-]{1,128}$/)

function refusalOf(deviceId: string): unknown {
  try {
    return fillSubject(pattern, { deviceId })
  } catch (error) {
    return error
  }
}

describe('filling a subject', () => {
  test('puts a device where it belongs', () => {
    expect(fillSubject(pattern, { deviceId: 'aa:bb:cc:dd:ee:ff' })).toBe('device.v1.aa:bb:cc:dd:ee:ff.call')
  })

  test('leaves a subject without tokens as it is', () => {
    expect(fillSubject('chat.v1.reply')).toBe('chat.v1.reply')
  })

  test('is undone by reading the tokens back', () => {
    const two = 'lab.v1.{first}.{second}.done'
    fc.assert(
      fc.property(anyToken, anyToken, (first, second) => {
        expect(readTokens(two, fillSubject(two, { first, second }))).toEqual({ first, second })
      }),
    )
  })

  test('never lets a token choose another subject', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('a', '.', '*', '>', ' ', '\n') }),
    )
    fc.assert(
      fc.property(hostile, (deviceId) => {
        const filled = refusalOf(deviceId)
        if (filled instanceof Problem) return
        expect(filled).toMatch(/^device\.v1\.[A-Za-z0-9_:-]{1,128}\.call$/)
        expect(filled).toBe(`device.v1.${deviceId}.call`)
      }),
    )
  })

  test.each(['', '*', '>', 'a.b', 'a b', 'a\n', '\0', '$&', 'ü', '{deviceId}', 'x'.repeat(129)])(
    'refuses %j and names the token',
    (deviceId) => {
      const refusal = { code: 'bad-request', issues: [{ path: 'deviceId' }] }
      expect(refusalOf(deviceId)).toMatchObject(refusal)
    },
  )

  test('refuses a token that is not given, whatever objects inherit', () => {
    expect(() => fillSubject(pattern)).toThrow(Problem)
    expect(() => fillSubject('lab.v1.{constructor}.done', {})).toThrow(Problem)
  })
})

describe('a wildcard', () => {
  test.each<[Record<string, string> | undefined, string]>([
    [undefined, 'lab.v1.*.*.done'],
    [{ first: 'a' }, 'lab.v1.a.*.done'],
    [{ first: 'a', second: 'b' }, 'lab.v1.a.b.done'],
  ])('with the tokens %j is %s', (tokens, subject) => {
    expect(wildcardSubject('lab.v1.{first}.{second}.done', tokens)).toBe(subject)
  })

  test('is not opened by a token', () => {
    expect(() => wildcardSubject(pattern, { deviceId: '*' })).toThrow(Problem)
  })
})

describe('the registry', () => {
  const contracts = Object.entries(registry).flatMap(([owner, subjects]) =>
    Object.entries(subjects).map(([name, contract]) => ({ owner, name, contract, subject: contract.subject })),
  )
  const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

  test.each(contracts)('$subject is <owner>.v<major>[.{id}].<name>', ({ owner, name, subject }) => {
    expect(subject).toMatch(/^[a-z]+\.v\d+(\.\{[A-Za-z0-9]+\})?\.[a-z-]+$/)
    expect(subject.split('.')[0]).toBe(owner)
    expect(subject.split('.').at(-1)).toBe(kebab(name))
  })

  test('has each subject once', () => {
    const subjects = contracts.map(({ subject }) => subject.replaceAll(/\{\w+\}/g, '*'))
    expect(new Set(subjects).size).toBe(subjects.length)
  })

  test.each(contracts)('$subject has sensible times', ({ contract }) => {
    if (contract.kind === 'request') expect(contract.maxTimeoutMs).toBeGreaterThanOrEqual(contract.timeoutMs)
    if (contract.kind === 'stream') expect(contract.window).toBeGreaterThan(0)
  })
})

import { expect, test } from 'vitest'
import { createPromptVariables, promptVariables } from './prompt-variables.ts'

const now = new Date('2026-02-17T01:05:00Z')
const facts = {
  agent: 'Bo',
  language: 'en',
  speaker: 'Ada',
  device: { place: 'the kitchen', chipModel: 'esp32s3' },
  now,
}
const fill = createPromptVariables({ timeZone: 'Asia/Shanghai' })

test.each<[name: (typeof promptVariables)[number], value: string]>([
  ['agent', 'Bo'],
  ['date', '17 February 2026'],
  ['weekday', 'Tuesday'],
  ['time', '09:05'],
  ['lunar_date', '2026丙午年正月初一'],
  ['time_zone', 'Asia/Shanghai'],
  ['place', 'the kitchen'],
  ['device', 'esp32s3'],
  ['speaker', 'Ada'],
  ['language', 'en'],
])('{{%s}} is %s', (name, value) => {
  expect(fill(`It is {{${name}}}, {{ ${name} }}.`, facts)).toBe(`It is ${value}, ${value}.`)
})

test('what is not known is said to be so, and what is no variable stays', () => {
  const nobody = { agent: 'Bo', language: undefined, speaker: undefined, device: undefined, now }
  expect(fill('{{speaker}} is in {{place}} with {{device}}; {{ other }} {{', nobody)).toBe(
    'the user is in unknown with unknown; {{ other }} {{',
  )
})

test('what is filled in is not looked through again', () => {
  expect(fill('{{speaker}}', { ...facts, speaker: '{{place}} $& $1' })).toBe('{{place}} $& $1')
})

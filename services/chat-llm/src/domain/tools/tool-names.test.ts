import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameTools } from './tool-names.ts'

const tool = (name: string) => ({ name, description: '', inputSchema: {} })

test('names fit every vendor and lead back', () => {
  const { offered, realName } = nameTools([
    tool('self.audio_speaker.set_volume'),
    tool('self.a b'),
    tool('self.a_b'),
    tool('9lives'),
  ])
  expect(offered.map(({ name }) => name)).toEqual([
    'self_audio_speaker_set_volume',
    'self_a_b',
    'self_a_b_2',
    '_9lives',
  ])
  expect(offered.map(({ name }) => realName(name))).toEqual([
    'self.audio_speaker.set_volume',
    'self.a b',
    'self.a_b',
    '9lives',
  ])
  expect(realName('made_up')).toBeUndefined()
  expect(offered[0]?.inputSchema).toEqual({ type: 'object', properties: {} })
})

test('any names become different and allowed ones', () => {
  const names = fc.array(fc.string({ minLength: 1, maxLength: 128 }), { maxLength: 30 })
  fc.assert(
    fc.property(names, (all) => {
      const { offered, realName } = nameTools(all.map(tool))
      expect(new Set(offered.map(({ name }) => name)).size).toBe(all.length)
      for (const { name } of offered) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/)
      expect(offered.map(({ name }) => realName(name))).toEqual(all)
    }),
  )
})

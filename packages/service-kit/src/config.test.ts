import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { format, inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ConfigError, flag, list, port, readConfig, Secret, secret, variable, wholeNumber } from './config.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-config-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

async function fileWith(content: string): Promise<string> {
  const path = join(dir, crypto.randomUUID())
  await writeFile(path, content)
  return path
}

function problemsOf(read: () => unknown): string[] {
  try {
    read()
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  throw new Error('nothing is wrong')
}

describe('a configuration', () => {
  const variables = {
    port: variable('TEA_PORT', port().default(8000)),
    leaves: variable('TEA_LEAVES', z.enum(['green', 'black'])),
    cups: variable('TEA_CUPS', wholeNumber(1, 12).default(2)),
    sweet: variable('TEA_SWEET', flag().default(false)),
    guests: variable('TEA_GUESTS', list().default([])),
    note: variable('TEA_NOTE', z.string().optional()),
    key: secret('TEA_KEY', { minLength: 8 }),
  }

  test('has the types of its schemas, and defaults for what is unset', () => {
    const given = {
      TEA_LEAVES: 'green',
      TEA_KEY: 'long-enough',
      TEA_PORT: '80',
      TEA_SWEET: 'true',
      TEA_GUESTS: 'Ada, Bo,,',
    }
    const { key, ...config } = readConfig(variables, given)
    expect(config).toEqual({ port: 80, leaves: 'green', cups: 2, sweet: true, guests: ['Ada', 'Bo'], note: undefined })
    expect(key.reveal()).toBe('long-enough')
  })

  test('names everything that is wrong at once, with what was expected', () => {
    const given = { TEA_PORT: '65536', TEA_LEAVES: 'oolong', TEA_CUPS: 'some', TEA_SWEET: 'very', TEA_KEY: 'short' }
    const problems = problemsOf(() => readConfig(variables, given))
    expect(problems).toEqual([
      expect.stringMatching(/^TEA_PORT is "65536": .*65535/),
      expect.stringMatching(/^TEA_LEAVES is "oolong": .*"green".*"black"/),
      expect.stringMatching(/^TEA_CUPS is "some": .*number/),
      expect.stringMatching(/^TEA_SWEET is "very": /),
      expect.stringMatching(/^TEA_KEY is set but not usable: .*8/),
    ])
    expect(new ConfigError(problems).message.split('\n')).toHaveLength(6)
    expect(problems.join()).not.toContain('short')
  })

  test('says what is required and not set', () => {
    const problems = problemsOf(() => readConfig(variables, {}))
    expect(problems).toEqual(['TEA_LEAVES is not set, and it is required', 'TEA_KEY is not set, and it is required'])
  })

  test.each(['', ' ', '\n'])('takes %j for unset', (empty) => {
    const { port: portRead, cups } = { port: variables.port, cups: variables.cups }
    expect(readConfig({ portRead, cups }, { TEA_PORT: empty, TEA_CUPS: empty })).toEqual({ portRead: 8000, cups: 2 })
    expect(problemsOf(() => readConfig({ key: variables.key }, { TEA_KEY: empty, TEA_KEY_FILE: empty }))).toEqual([
      'TEA_KEY is not set, and it is required',
    ])
  })
})

describe('a file', () => {
  const cups = variable('TEA_CUPS', wholeNumber(1, 12).default(2))

  test('gives the value, whatever the variable itself says', async () => {
    const key = secret('TEA_KEY')
    const path = await fileWith('from-the-file\n')
    expect(readConfig({ key }, { TEA_KEY_FILE: path }).key.reveal()).toBe('from-the-file')
    expect(readConfig({ key }, { TEA_KEY: '', TEA_KEY_FILE: path }).key.reveal()).toBe('from-the-file')
    expect(readConfig({ key }, { TEA_KEY: 'direct', TEA_KEY_FILE: path }).key.reveal()).toBe('from-the-file')
  })

  test('that is empty counts as unset', async () => {
    expect(readConfig({ cups }, { TEA_CUPS_FILE: await fileWith('\n') })).toEqual({ cups: 2 })
  })

  test('that cannot be read is named with its variable', () => {
    const path = join(dir, 'nowhere')
    const expected = `TEA_CUPS_FILE is "${path}": this file cannot be read`
    expect(problemsOf(() => readConfig({ cups }, { TEA_CUPS_FILE: path }))).toEqual([expected])
  })
})

describe('an alias', () => {
  const key = secret('TEA_KEY', { aliases: ['OLD_TEA_KEY', 'OLDER_TEA_KEY'] })
  const cups = variable('TEA_CUPS', wholeNumber(1, 12).default(2), { aliases: ['MUGS'] })
  const read = (environment: Record<string, string>) => readConfig({ key }, environment).key.reveal()

  test('is asked when the name itself is unset, in the order given', async () => {
    expect(read({ OLDER_TEA_KEY: 'older', OLD_TEA_KEY: 'old', TEA_KEY: 'new' })).toBe('new')
    expect(read({ OLDER_TEA_KEY: 'older', OLD_TEA_KEY: 'old', TEA_KEY: '' })).toBe('old')
    expect(read({ OLDER_TEA_KEY: 'older' })).toBe('older')
  })

  test('may be a file too, and yields to a file of the name itself', async () => {
    const [old, current] = await Promise.all([fileWith('old'), fileWith('current')])
    expect(read({ OLD_TEA_KEY_FILE: old })).toBe('old')
    expect(read({ OLD_TEA_KEY: 'old', TEA_KEY_FILE: current })).toBe('current')
  })

  test('is what is named when its value is wrong', () => {
    expect(problemsOf(() => readConfig({ cups }, { MUGS: '99' }))).toEqual([expect.stringMatching(/^MUGS is "99": /)])
  })
})

describe('YAML files', () => {
  const variables = {
    cups: variable('TEA_CUPS', wholeNumber(1, 12).default(2)),
    guests: variable('TEA_GUESTS', list().default([])),
    leaves: variable('TEA_LEAVES', z.string().default('black')),
    key: secret('TEA_KEY', { optional: true, aliases: ['OLD_TEA_KEY'] }),
  }

  async function folderWith(files: Record<string, string>): Promise<string> {
    const folder = await mkdtemp(join(dir, 'yaml-'))
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
    return folder
  }
  const read = (folder: string, environment: Record<string, string> = {}) =>
    readConfig(variables, { CONFIG_DIR: folder, ...environment }, { service: 'tea' })

  test('set what the environment does not; the one of the service counts more than the one for all', async () => {
    const folder = await folderWith({
      'config.yaml': 'tea:\n  cups: 4\n  leaves: oolong\nCOFFEE_BEANS: 12\n',
      'tea.yaml': 'TEA_CUPS: 6\ntea-guests: [Ada, Bo]\n',
    })
    const { key, ...config } = read(folder)
    expect(config).toEqual({ cups: 6, guests: ['Ada', 'Bo'], leaves: 'oolong' })
    expect(key).toBeUndefined()
    expect(read(folder, { TEA_CUPS: '8' }).cups).toBe(8)
    expect(read(folder, { OLD_TEA_KEY: 'from outside' }).key?.reveal()).toBe('from outside')
  })

  test('are wrong with their place, all of it at once', async () => {
    const folder = await folderWith({ 'config.yaml': 'TEA_CUPS: 99\n', 'tea.yaml': 'TEA_CUPPS: 2\n' })
    expect(problemsOf(() => read(folder))).toEqual([
      expect.stringMatching(/^TEA_CUPS \(.*config\.yaml\) is "99": .*12/),
      `TEA_CUPPS (${join(folder, 'tea.yaml')}) is no setting of tea`,
    ])
  })

  test.each([
    ['broken', 'a: [1', /tea\.yaml is not YAML: /],
    ['a list', '- 1', /tea\.yaml must be a map/],
  ])('that are %s are named', async (_what, content, expected) => {
    const folder = await folderWith({ 'tea.yaml': content })
    expect(problemsOf(() => read(folder))).toEqual([expect.stringMatching(expected)])
  })

  test('may be missing, or empty', async () => {
    expect(read(join(dir, 'nowhere')).cups).toBe(2)
    expect(read(await folderWith({ 'tea.yaml': '# nothing yet\n' })).cups).toBe(2)
  })
})

test('what does not fit together is reported with what is wrong by itself', () => {
  const variables = { cups: variable('TEA_CUPS', wholeNumber(1, 12)), pots: variable('TEA_POTS', wholeNumber(1, 3)) }
  const check = ({ cups, pots }: { cups?: number; pots?: number }) =>
    cups !== undefined && (pots ?? 0) < cups / 6 ? ['TEA_POTS: a pot is enough for six cups'] : []
  expect(problemsOf(() => readConfig(variables, { TEA_CUPS: '12', TEA_POTS: 'few' }, { check }))).toEqual([
    expect.stringMatching(/^TEA_POTS is "few"/),
    'TEA_POTS: a pot is enough for six cups',
  ])
})

describe('a secret', () => {
  const text = 'hunter2-hunter2'
  const hidden = new Secret(text)

  test.each<[string, () => string]>([
    ['text', () => `${hidden}`],
    ['JSON', () => JSON.stringify({ hidden })],
    ['inspection', () => inspect({ hidden }, { showHidden: true, depth: 9 })],
    ['formatting', () => format('%s %o %j', hidden, hidden, hidden)],
    ['enumeration', () => `[secret]${JSON.stringify(Object.entries(hidden))}`],
    ['a copy', () => `[secret]${JSON.stringify({ ...hidden })}`],
  ])('does not show in %s', (_what, print) => {
    expect(print()).toContain('[secret]')
    expect(print()).not.toContain(text)
  })

  test('that is optional is undefined when unset', () => {
    expect(readConfig({ key: secret('TEA_KEY', { optional: true }) }, {})).toEqual({ key: undefined })
  })
})

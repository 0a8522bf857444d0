import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { firstMissing, readTour } from './read-tour.ts'

const page = `# Tea
## A tour of five minutes
**Boil it.** First:
\`\`\`sh
kettle --on
\`\`\`
You see:
\`\`\`text
water   is … hot

steam
\`\`\`
**Settings**
\`\`\`ini
TEA_POT=…
\`\`\`
## Later
\`\`\`sh
rm -rf tea
\`\`\`
`

test('a tour is its commands, what they show, and its settings, and nothing of other sections', () => {
  expect(readTour(page)).toEqual({
    steps: [{ title: 'Boil it.', commands: 'kettle --on\n', expected: ['water   is … hot', 'steam'] }],
    settings: ['TEA_POT'],
  })
})

test.each([
  ['no tour', '# Tea\n'],
  ['something seen before anything is done', '## A tour of five minutes\n```text\nx\n```\n## End\n'],
])('%s is an error', (_what, text) => {
  expect(() => readTour(text)).toThrow(/tour/)
})

describe('what is seen', () => {
  const { steps } = readTour(page)
  const expected = steps[0]?.expected ?? []

  test.each([
    ['all there, with more around it', 'a\nwater is very hot\nb\n  steam  \n', undefined],
    ['one missing', 'water is very hot\n', 'steam'],
    ['in another order', 'steam\nwater is very hot\n', 'steam'],
    ['another text', 'water is cold\nsteam\n', 'water   is … hot'],
  ])('%s', (_what, output, missing) => {
    expect(firstMissing(expected, output)).toBe(missing)
  })
})

test("the README's settings are those of .env.example", () => {
  const root = new URL('../../', import.meta.url)
  const { settings } = readTour(readFileSync(new URL('README.md', root), 'utf8'))
  const example = readFileSync(new URL('.env.example', root), 'utf8')
  expect(settings.length).toBeGreaterThan(0)
  for (const name of settings) expect(example).toMatch(new RegExp(`^# ${name}=`, 'm'))
})

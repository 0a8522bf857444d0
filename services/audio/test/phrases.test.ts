import { join } from 'node:path'
import { expect, test } from 'vitest'
import { phrases } from '../src/providers/local/phrases.ts'

const page = join(import.meta.dirname, '../../../docs/phrases.md')

function renderPage(): string {
  const rows = phrases.map((phrase) => `- ${phrase}`)
  return `# Phrases that are understood without a key

The recogniser that needs no key and no network (PocketSphinx) knows these phrases. \`(a | b)\` is a choice, \`[a]\` may be left
out, \`<number>\` is 0 to 100 in words. Anything else is taken for free speech, where three to four words in ten are wrong:
for that, plug in a real recogniser.

${rows.join('\n')}
`
}

test('the phrases are published as they are, and there are forty or more', async () => {
  expect(phrases.length).toBeGreaterThanOrEqual(40)
  await expect(renderPage()).toMatchFileSnapshot(page)
})

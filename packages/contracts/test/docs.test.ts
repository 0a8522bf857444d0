import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { busPageUrl, renderBusPage } from '../docs/bus-page.ts'
import { bytes, event, problemCodes, registry, request, stream, type ProblemCode } from '../src/index.ts'

const problemPages = new URL('../../../docs/problems/', import.meta.url)
const codes = Object.keys(problemCodes) as ProblemCode[]

describe('the pages of the problems', () => {
  test('are one for each code, and no other', async () => {
    const pages = await readdir(problemPages)
    expect(pages.toSorted()).toEqual(codes.map((code) => `${code}.md`).toSorted())
  })

  test.each(codes)('%s says what the code says', async (code) => {
    const page = await readFile(new URL(`${code}.md`, problemPages), 'utf8')
    const { status, retryable, title } = problemCodes[code]
    const again = retryable ? 'The same call may succeed later.' : 'The same call will fail again.'
    expect(page.split('\n').slice(0, 3)).toEqual([`# ${code}`, '', `**${title}.** HTTP ${status}. ${again}`])
    expect(page).toMatch(/\n## When\n\n.+\n## What to do\n\n.+/s)
  })
})

describe('the page of the bus', () => {
  test('is what `pnpm run docs:bus` writes', async () => {
    expect(await readFile(busPageUrl, 'utf8'), 'run `pnpm run docs:bus`').toBe(renderBusPage(registry))
  })

  test('has every subject of the registry', async () => {
    const page = await readFile(busPageUrl, 'utf8')
    const subjects = Object.values(registry).flatMap((contracts) =>
      Object.values(contracts).map(({ subject }) => subject),
    )
    for (const subject of subjects) expect(page).toContain(`\n### ${subject}\n`)
  })

  const Cup = z.object({
    id: z.uuid(),
    size: z.enum(['S', 'L']).optional(),
    tags: z.array(z.object({ name: z.string().max(9) })).max(3),
  })
  const Pour = z.discriminatedUnion('type', [
    z.object({ type: z.literal('begun') }),
    z.object({ type: z.literal('poured'), ml: z.number().int().min(0) }),
  ])
  const Empty = z.object({})
  const tea = {
    brew: request('tea.v1.brew', { input: Cup, output: Empty, timeoutMs: 1_500, maxTimeoutMs: 3_000, access: 'user' }),
    pour: stream('tea.v1.pour', { input: Empty, chunk: Pour, idleMs: 4_000, window: 5 }),
    steam: bytes('tea.v1.{potId}.steam'),
    spilt: event('tea.v1.spilt', z.object({ note: z.string().regex(/^(a|b)$/) })),
  }
  const page = renderBusPage({ tea })

  test.each([
    '| `tea.v1.brew` | request | user | answer in 1.5 s, 3 s at most |',
    '| `tea.v1.pour` | stream | platform | idle limit 4 s, window 5 |',
    '| `tea.v1.{potId}.steam` | bytes |  | every listener, in order |',
    '| `id` | UUID | yes |  |',
    '| `size` | string | no | `S`, `L` |',
    '| `tags` | list of object | yes | at most 3 items |',
    '| `tags[].name` | string | yes | at most 9 characters |',
    '| `begun` |  |  |  |  |',
    '| `poured` | `ml` | integer | yes | at least 0 |',
    String.raw`| ${'`note`'} | string | yes | ${'`^(a\\|b)$`'} |`,
    'Output:\n\nNo fields.',
  ])('tells a reader %j', (line) => {
    expect(page).toContain(`\n${line}\n`)
  })

  test('cannot be made of a payload that is no object', () => {
    const list = request('tea.v1.list', { input: Empty, output: z.array(Cup), timeoutMs: 1_000 })
    expect(() => renderBusPage({ tea: { list } })).toThrow('A payload must be an object')
  })
})

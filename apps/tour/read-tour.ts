/** One thing that the tour does, and what a reader is told to see. */
export type Step = { title: string; commands: string; expected: string[] }

/** What the page says that the tour cannot do by itself. */
export type Tour = { steps: Step[]; settings: string[] }

const section = /^## A tour of five minutes\n([^]*?)(?=^## )/m
const title = /\*\*([^*]+)\*\*/g
const block = /^```(\w+)\n([^]*?)^```/gm

/**
 * Reads the tour out of the README: each `sh` block is a step, the `text` block behind it what is to be seen, `ini` blocks are
 * settings.
 * @throws Error when there is no tour, or what is seen comes before anything is done
 */
export function readTour(readme: string): Tour {
  const text = section.exec(readme)?.[1]
  if (text === undefined) throw new Error('The README has no section "A tour of five minutes"')
  const titles = [...text.matchAll(title)].map((match) => ({ at: match.index, text: match[1] ?? '' }))
  const tour: Tour = { steps: [], settings: [] }
  for (const { index, 1: kind, 2: content = '' } of text.matchAll(block)) {
    const last = tour.steps.at(-1)
    if (kind === 'sh') {
      const heading = titles.findLast(({ at }) => at < index)?.text ?? 'A step'
      tour.steps.push({ title: heading, commands: content, expected: [] })
    } else if (kind === 'ini')
      tour.settings.push(...[...content.matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name))
    else if (kind === 'text' && last) last.expected.push(...content.split('\n').filter((line) => line.trim() !== ''))
    else throw new Error(`A block of the tour is neither a step nor what one sees: ${kind}`)
  }
  return tour
}

/** The first expected line that the output does not have, in their order; `…` stands for anything. */
export function firstMissing(expected: readonly string[], output: string): string | undefined {
  let rest = output.split('\n').map(squeeze)
  for (const line of expected) {
    const pattern = new RegExp(squeeze(line).split('…').map(escape).join('.*'))
    const found = rest.findIndex((candidate) => pattern.test(candidate))
    if (found === -1) return line
    rest = rest.slice(found + 1)
  }
  return undefined
}

const squeeze = (line: string) => line.trim().replace(/\s+/g, ' ')
const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

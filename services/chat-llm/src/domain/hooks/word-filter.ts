import type { DeltaFilter, Passed } from './hook.ts'

export type WordFilter = {
  /** Whether one of the words is in a text. */
  isIn: (text: string) => boolean
  /** For a text that comes in pieces: it stops before the first word. No more is held back than could be the beginning of one. */
  stream: () => DeltaFilter
}

type Node = { next: Map<string, Node>; ends: boolean }
type Point = { raw: string; folded: string }

/** Signs that nobody sees, and that may stand within a word to hide it. */
const unseen = /[\u00AD\u200B-\u200F\u2060\uFEFF]/u
/** Where these meet, no word begins or ends; scripts without spaces have no such borders. */
const joins = /[\p{L}\p{N}]/u
const withoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u
/** Beyond the longest word: invisible signs and spaces between. */
const spare = 32

/**
 * Finds words and phrases whatever their case and width. A word of a script with spaces is found as a whole word only, so that
 * no part of a harmless one is taken for it; in other scripts, anywhere.
 */
export function createWordFilter(words: readonly string[]): WordFilter {
  const root: Node = { next: new Map(), ends: false }
  let longest = 0
  for (const word of words) {
    const points = toPoints(word.trim()).filter(({ folded }) => folded !== '')
    if (points.length === 0) continue
    longest = Math.max(longest, points.length)
    insert(root, points)
  }

  /** Lets go what of `points` can be said now; the rest could be the beginning of a word. */
  function judge(points: Point[], before: string, ends: boolean): { passed: Point[]; held: Point[]; hit: boolean } {
    let held: number | undefined
    for (let at = 0; at < points.length; at++) {
      const found = matchAt(root, points, at, at === 0 ? before : (points[at - 1]?.folded ?? ''), ends)
      if (found === 'hit') return { passed: points.slice(0, at), held: [], hit: true }
      if (found === 'maybe') held ??= at
    }
    const from = held ?? points.length
    return { passed: points.slice(0, from), held: points.slice(from), hit: false }
  }

  function stream(): DeltaFilter {
    let waiting: Point[] = []
    let before = ''
    let stopped = false
    const pass = (points: Point[], ends: boolean): Passed => {
      if (stopped) return { text: '', stop: true }
      const { passed, held, hit } = judge(points, before, ends)
      const over = Math.max(0, held.length - longest - spare)
      const out = [...passed, ...held.slice(0, over)]
      waiting = held.slice(over)
      stopped = hit
      before = out.findLast(({ folded }) => folded !== '')?.folded ?? before
      return { text: out.map(({ raw }) => raw).join(''), stop: hit }
    }
    return {
      push: (text) => pass([...waiting, ...toPoints(text)], false),
      flush: () => pass(waiting, true),
    }
  }

  return { isIn: (text) => judge(toPoints(text), '', true).hit, stream }
}

function insert(root: Node, points: Point[]) {
  let node = root
  for (const { folded } of points) {
    const next = node.next.get(folded) ?? { next: new Map(), ends: false }
    node.next.set(folded, next)
    node = next
  }
  node.ends = true
}

/** Whether a word begins here: for sure, perhaps (the text ends too soon to know), or not. */
function matchAt(root: Node, points: Point[], at: number, before: string, ends: boolean): 'hit' | 'maybe' | 'no' {
  const first = points[at]?.folded ?? ''
  if (first === '' || joined(before, first)) return 'no'
  let node = root
  let last = ''
  let maybe = false
  for (let index = at; index < points.length; index++) {
    const folded = points[index]?.folded ?? ''
    if (folded === '' || (folded === ' ' && last === ' ')) continue
    if (node.ends && !joined(last, folded)) return 'hit'
    const next = node.next.get(folded)
    if (!next) return 'no'
    node = next
    last = folded
  }
  if (node.ends && (ends || withoutSpaces.test(last))) return 'hit'
  maybe = node.ends || node.next.size > 0
  return maybe && !ends ? 'maybe' : 'no'
}

function joined(one: string, other: string): boolean {
  return joins.test(one) && joins.test(other) && !withoutSpaces.test(one) && !withoutSpaces.test(other)
}

function toPoints(text: string): Point[] {
  return Array.from(text, (raw) => ({ raw, folded: fold(raw) }))
}

function fold(raw: string): string {
  if (unseen.test(raw)) return ''
  if (/\s/u.test(raw)) return ' '
  return raw.normalize('NFKC').toLowerCase()
}

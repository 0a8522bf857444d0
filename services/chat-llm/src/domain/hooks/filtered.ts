import type { NotedPart } from '../turn.ts'
import { refusalIn } from './refusal.ts'
import type { TurnHooks } from './turn-hooks.ts'

type About = { language: string | undefined; question: string }
type Refusal = { type: 'text-delta'; text: string } | { type: 'finished'; reason: 'content-filter' }

/** The answer as the hooks let it pass: one that is stopped ends with a refusal and the reason `content-filter`. */
export async function* filtered<Part extends NotedPart>(
  parts: AsyncGenerator<Part, void>,
  hooks: TurnHooks,
  about: About,
): AsyncGenerator<Part | Refusal, void> {
  const filter = hooks.filter()
  let said = ''
  for await (const part of parts) {
    const isText = part.type === 'text-delta'
    // What is held back was said before the tool was called, or the end came.
    const passed = !filter ? undefined : isText ? filter.push(part.text) : filter.flush()
    if (passed) said += passed.text
    if (passed?.text) yield { type: 'text-delta', text: passed.text }
    if (passed?.stop) {
      yield* refused(about, said)
      return hooks.answered({ text: said, reason: 'content-filter' })
    }
    if (isText && filter) continue
    if (isText) said += part.text
    if (part.type === 'finished') hooks.answered({ text: said, reason: part.reason })
    yield part
  }
}

/** What is said instead of an answer, or of the rest of one. */
export function* refused(about: About, said = ''): Generator<Refusal, void> {
  const space = said === '' || /\s$/.test(said) ? '' : ' '
  yield { type: 'text-delta', text: space + refusalIn(about) }
  yield { type: 'finished', reason: 'content-filter' }
}

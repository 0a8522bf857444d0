import { Problem, type AnswerFormat } from '@parley/contracts'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

/** What an answer has to be; `wrong` says what is not right with it, for the model to do better. */
export type JsonCheck = (text: string) => { ok: true; json: string; value: unknown } | { ok: false; wrong: string }

/** Patterns are left to the vendor: a caller's own could keep this process busy for hours. */
const anyPattern = Object.assign(() => ({ test: () => true }), { code: 'anyPattern' })
const options = { strict: false, validateFormats: false, logger: false, code: { regExp: anyPattern } } as const
const largestSchema = 32_000

const ajv = new Ajv2020(options)
const anyObject: ValidateFunction = ajv.compile({ type: 'object' })

/**
 * Checks answers that are to be JSON: an object, or what a JSON Schema says.
 * @throws Problem `bad-request` for a schema that is none
 */
export function createJsonCheck(format: AnswerFormat): JsonCheck {
  const validate = format.type === 'json' ? anyObject : compile(format.schema)
  return (text) => {
    const json = unfence(text)
    const value = parse(json)
    if (value === undefined) return { ok: false, wrong: 'This is not valid JSON.' }
    if (validate(value)) return { ok: true, json, value }
    return {
      ok: false,
      wrong: `This does not fit the schema: ${ajv.errorsText(validate.errors, { dataVar: 'answer' })}.`,
    }
  }
}

function compile({ $schema: _dialect, ...schema }: Record<string, unknown>): ValidateFunction {
  if (JSON.stringify(schema).length > largestSchema)
    throw new Problem('bad-request', `The schema of the answer has more than ${largestSchema} characters`)
  try {
    // Not kept: whoever sends a new schema with each question would fill the memory with them.
    return new Ajv2020(options).compile(schema)
  } catch (cause) {
    throw new Problem('bad-request', 'The schema of the answer is not a JSON Schema that can be used', { cause })
  }
}

/** Models put JSON into Markdown's code fences, and words around it, whatever they are told. */
function unfence(text: string): string {
  const fenced = /```(?:json|JSON)?\s*\n?([\s\S]*?)```/.exec(text)?.[1] ?? text
  const trimmed = fenced.trim()
  if (/^[[{"]/.test(trimmed) || parse(trimmed) !== undefined) return trimmed
  const [first, last] = [trimmed.search(/[[{]/), Math.max(trimmed.lastIndexOf('}'), trimmed.lastIndexOf(']'))]
  return first >= 0 && last > first ? trimmed.slice(first, last + 1) : trimmed
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

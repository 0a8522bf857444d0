import { Problem, type AnswerFormat } from '@parley/contracts'
import { Ajv, type ValidateFunction } from 'ajv'

/** What an answer has to be; `wrong` says what is not right with it, for the model to do better. */
export type JsonCheck = (text: string) => { ok: true; json: string; value: unknown } | { ok: false; wrong: string }

const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: false, logger: false })
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

function compile(schema: Record<string, unknown>): ValidateFunction {
  try {
    // Not kept: whoever sends a new schema with each question would fill the memory with them.
    return new Ajv({ strict: false, validateFormats: false, logger: false }).compile(schema)
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

import { z } from 'zod'

/** One field of a payload as a reader wants it: `path` is dotted, `[]` for the items of a list. */
export type Field = {
  /** For a payload of several shapes: the value of `type` that has this field. */
  part: string | undefined
  path: string
  type: string
  required: boolean
  limits: string
}

/** What zod's JSON Schema has of the keywords that our contracts use. */
type JsonSchema = {
  type?: string | string[]
  format?: string
  pattern?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
}

/**
 * The fields of a payload as it travels. A part without fields of its own has one row with an empty path.
 * @throws Error when the payload is no object: then no field could ever be added to it.
 */
export function fieldsOf(schema: z.ZodType): Field[] {
  const json = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema
  if (!json.oneOf && !json.properties) throw new Error(`A payload must be an object: ${JSON.stringify(json)}`)
  if (!json.oneOf) return fieldsIn(json, '')
  return json.oneOf.flatMap((variant) => {
    const { type, ...properties } = variant.properties ?? {}
    const part = String(type?.const)
    const fields = fieldsIn({ ...variant, properties }, '')
    const none = { path: '', type: '', required: true, limits: '' }
    return (fields.length > 0 ? fields : [none]).map((field) => ({ ...field, part }))
  })
}

function fieldsIn({ properties = {}, required = [] }: JsonSchema, prefix: string): Field[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`
    const field = {
      part: undefined,
      path,
      type: typeOf(schema),
      required: required.includes(name),
      limits: limitsOf(schema),
    }
    const inner = schema.items ? fieldsIn(schema.items, `${path}[].`) : fieldsIn(schema, `${path}.`)
    return [field, ...inner]
  })
}

function typeOf(schema: JsonSchema): string {
  if (schema.format === 'uuid') return 'UUID'
  if (schema.format === 'date-time') return 'ISO time'
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' or ')
  if (schema.items) return `list of ${typeOf(schema.items)}`
  if (schema.type === 'object' && !schema.properties) return 'any object'
  return [schema.type ?? 'anything'].flat().join(' or ')
}

function limitsOf(schema: JsonSchema): string {
  const values = schema.enum ?? schema.anyOf?.flatMap((option) => ('const' in option ? [option.const] : []))
  const limits = [
    values && values.length > 0 && values.map((value) => `\`${String(value)}\``).join(', '),
    range(schema.minimum, schema.maximum, ''),
    range(schema.minLength, schema.maxLength, ' characters'),
    range(schema.minItems, schema.maxItems, ' items'),
    schema.pattern && !schema.format && `\`${schema.pattern}\``,
  ]
  return limits.filter(Boolean).join('; ')
}

/** The bounds of what JSON can count are not worth telling. */
function range(least: number | undefined, most: number | undefined, unit: string): string {
  const hasLeast = least !== undefined && least > Number.MIN_SAFE_INTEGER
  const hasMost = most !== undefined && most < Number.MAX_SAFE_INTEGER
  if (hasLeast && hasMost) return `${least} to ${most}${unit}`
  if (hasLeast) return `at least ${least}${unit}`
  return hasMost ? `at most ${most}${unit}` : ''
}

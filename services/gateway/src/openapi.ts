import {
  Account,
  Agent,
  AgentSettings,
  ApiKey,
  AppUpdate,
  Conversation,
  DeviceCommand,
  ManagedAccount,
  Message,
  ProblemBody,
  PublicKey,
  Recording,
  Role,
  RtcScene,
  SecondFactor,
  Session,
  Voiceprint,
} from '@parley/contracts'
import { z } from 'zod'
import type { EnvelopeName, Route } from './routes/route.ts'

type Json = Record<string, unknown>

/** What appears in several places, under the name that generated clients give it. */
const names = z.registry<{ id: string }>()
const named = {
  Account,
  Agent,
  AgentSettings,
  ApiKey,
  Conversation,
  DeviceCommand,
  ManagedAccount,
  Message,
  Problem: ProblemBody,
  PublicKey,
  Recording,
  Role,
  RtcScene,
  SecondFactor,
  Session,
  Voiceprint,
}
for (const [id, schema] of Object.entries(named)) names.add(schema, { id })

const Companion = (data: z.ZodType) => z.object({ code: z.number().int(), message: z.string(), data })
/** With the challenge of a login that needs a second factor. */
const CompanionRefusal = z
  .object({
    challenge: z.object({ token: z.string(), expires_at: z.iso.datetime(), methods: z.array(SecondFactor) }),
  })
  .nullable()
const OpenAiError = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string().nullable(),
  }),
})
const RtcError = z.object({
  code: z.literal(401).optional(),
  message: z.string().optional(),
  ResponseMetadata: z.object({ Action: z.string(), Error: z.object({ Code: z.number(), Message: z.string() }) }),
})
const refusals: Record<EnvelopeName, { type: string; schema: z.ZodType }> = {
  plain: { type: 'application/problem+json', schema: ProblemBody },
  companion: { type: 'application/json', schema: Companion(CompanionRefusal) },
  openai: { type: 'application/json', schema: OpenAiError },
  rtc: { type: 'application/json', schema: RtcError },
}

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'The token that a login gives, or an API key.' },
  password: {
    type: 'oauth2',
    description: 'Name and password, traded for a token.',
    flows: { password: { tokenUrl: '/auth/login', scopes: {} } },
  },
}

/** The document (OpenAPI 3.1) of a route table. Its schemas are what zod makes of the contracts' own. */
export function describeRoutes(routes: readonly Route[], { version }: { version: string }): Json {
  const schemas: Json = {}
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method]: describe(route, schemas) }
  }
  // No route answers with it: `/ws/app` says it.
  schemas['AppUpdate'] = toJson(AppUpdate, 'output', schemas)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Parley',
      version,
      description: 'The public API of Parley: devices, agents and conversations of one account.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas, securitySchemes },
  }
}

function describe(route: Route, schemas: Json): Json {
  const { operationId, tag, summary, auth, openBecause, scope, stepUp, idempotent, answer, envelope, params, query } =
    route
  const given = (schema: z.ZodType) => toJson(schema, 'input', schemas)
  const told = (schema: z.ZodType) => toJson(schema, 'output', schemas)
  const schema = answer.schema && (envelope === 'companion' ? Companion(answer.schema) : answer.schema)
  const refusal = refusals[envelope]
  const restriction = scope && `Needs the scope \`${scope}\`.`
  const recent = stepUp && 'Needs a second factor that was shown just now.'
  return {
    operationId,
    tags: [tag],
    summary,
    description: [openBecause && `Nobody has to log in: ${openBecause}.`, restriction, recent]
      .filter(Boolean)
      .join(' '),
    security: auth === 'none' ? [] : [...(auth === 'optional' ? [{}] : []), { bearer: [] }, { password: [] }],
    parameters: [
      ...parametersIn('path', params, given),
      ...parametersIn('query', query, given),
      ...(idempotent ? [idempotencyKey] : []),
    ],
    ...describeBody(route, given),
    responses: {
      [answer.status]: {
        description: answer.description,
        content: { [answer.type]: { schema: schema ? told(schema) : { type: 'string', format: 'binary' } } },
      },
      default: { description: 'Refused', content: { [refusal.type]: { schema: told(refusal.schema) } } },
    },
  }
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A name for this request, made by you. Sent again within a day, it gets the same answer and is not done again.',
  schema: { type: 'string', maxLength: 255 },
}

function parametersIn(place: 'path' | 'query', shape: z.ZodObject | undefined, given: (schema: z.ZodType) => Json) {
  if (!shape) return []
  const { properties = {}, required = [] } = given(shape) as { properties?: Json; required?: string[] }
  return Object.entries(properties).map(([name, schema]) => {
    return { name, in: place, required: place === 'path' || required.includes(name), schema }
  })
}

const [json, form] = ['application/json', 'application/x-www-form-urlencoded']
const mediaTypes = {
  json: [json],
  'large-json': [json],
  form: [form],
  'json-or-form': [json, form],
  multipart: ['multipart/form-data'],
}

const upload = {
  type: 'object',
  required: ['file'],
  properties: { file: { type: 'string', format: 'binary' } },
}

function describeBody({ body, bodyKind }: Route, given: (schema: z.ZodType) => Json): Json {
  const schema = bodyKind === 'multipart' ? upload : body && given(body)
  if (!schema) return {}
  const content = Object.fromEntries(mediaTypes[bodyKind].map((type) => [type, { schema }]))
  return { requestBody: { required: true, content } }
}

/** A schema as JSON Schema; what has a name is put among `schemas` and referred to. */
function toJson(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const made = z.toJSONSchema(schema, { metadata: names, io, unrepresentable: 'any' }) as Json
  const text = JSON.stringify(made)
    .replaceAll(/\{"\$ref":"#\/\$defs\/__schema\d+"\}/g, '{}')
    .replaceAll('#/$defs/', '#/components/schemas/')
  const { $defs = {}, ...rest } = JSON.parse(text) as { $defs?: Json } & Json
  for (const [name, definition] of Object.entries($defs))
    // What refers to itself and has no name is any JSON (`z.json()`).
    if (!name.startsWith('__schema')) schemas[name] ??= withoutMarks(definition as Json)
  return withoutMarks(rest)
}

/** Without what only zod needs. */
function withoutMarks(schema: Json): Json {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== '$schema' && name !== 'id'))
}

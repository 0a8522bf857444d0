import { z } from 'zod'
import { VendorError } from './vendor-error.ts'

const identifier = z.string().regex(/^[A-Za-z0-9@._-]{1,128}$/)
const anyObject = z.record(z.string(), z.unknown())
const task = { AppId: z.string().length(24), RoomId: identifier, TaskId: identifier }

const languageModel = z.discriminatedUnion('Mode', [
  z
    .looseObject({
      Mode: z.literal('ArkV3'),
      EndPointId: z.string().optional(),
      BotId: z.string().optional(),
      ModelName: z.string().optional(),
    })
    .refine(({ EndPointId, BotId, ModelName }) => EndPointId ?? BotId ?? ModelName),
  z.looseObject({
    Mode: z.literal('CozeBot'),
    CozeBotConfig: z.looseObject({ BotId: z.string(), APIKey: z.string() }),
  }),
  z
    .looseObject({ Mode: z.literal('CustomLLM'), Url: z.url({ protocol: /^https?$/ }), Feature: z.string().optional() })
    .refine(({ Url, Feature = '' }) => Url.startsWith('https:') || Feature.replaceAll(' ', '') === '{"Http":true}'),
])

const speech = {
  ASRConfig: z.looseObject({ Provider: z.enum(['volcano', 'ai_gateway']), ProviderParams: anyObject }),
  TTSConfig: z.looseObject({
    Provider: z.enum(['volcano_bidirection', 'volcano', 'minimax', 'ai_gateway']),
    ProviderParams: anyObject,
  }),
  LLMConfig: languageModel,
}
const common = { InterruptMode: z.union([z.literal(0), z.literal(1)]).optional() }

/** Recognition, a model and a voice; or one model for all three. */
const config = z.union([z.looseObject({ S2SConfig: anyObject, ...common }), z.looseObject({ ...speech, ...common })])

const start = z.strictObject({
  ...task,
  BusinessId: identifier.optional(),
  Config: config,
  AgentConfig: z.looseObject({
    TargetUserId: z.array(identifier).length(1),
    UserId: identifier.optional(),
    WelcomeMessage: z.string().optional(),
  }),
})

const toUpdate = { ...task, ImageConfig: anyObject.optional() }
const priority = z.union([z.literal(1), z.literal(2), z.literal(3)])
const bare = ['interrupt', 'FinishSpeechRecognition'] as const
const ownShape = ['SetTTSContext', 'UpdateVoicePrintSV', 'UpdateFarfieldConfig'] as const

const update = z.discriminatedUnion('Command', [
  z.strictObject({ ...toUpdate, Command: z.enum(bare) }),
  z.strictObject({ ...toUpdate, Command: z.literal('function'), Message: z.string().refine(isFunctionResult) }),
  z.strictObject({
    ...toUpdate,
    Command: z.literal('ExternalTextToSpeech'),
    Message: z.string().refine((text) => text !== '' && [...text].length <= 200),
    InterruptMode: priority,
  }),
  z.strictObject({
    ...toUpdate,
    Command: z.literal('ExternalTextToLLM'),
    Message: z.string().min(1),
    InterruptMode: priority,
  }),
  z.strictObject({ ...toUpdate, Command: z.literal('ExternalPromptsForLLM'), Message: z.string().min(1) }),
  z.strictObject({
    ...toUpdate,
    Command: z.literal('UpdateParameters'),
    Parameters: z.strictObject({ Config: z.strictObject({ LLMConfig: anyObject, TTSConfig: anyObject }).partial() }),
  }),
  // The vendor's own pages on these three are not at hand: any message and parameters pass.
  z.strictObject({
    ...toUpdate,
    Command: z.enum(ownShape),
    Message: z.string().optional(),
    Parameters: anyObject.optional(),
  }),
])

const bodies = { StartVoiceChat: start, UpdateVoiceChat: update, StopVoiceChat: z.strictObject(task) }

export type ActionName = keyof typeof bodies
export type ActionBody = { AppId: string; RoomId: string; TaskId: string; [field: string]: unknown }

export function isAction(name: string): name is ActionName {
  return Object.hasOwn(bodies, name)
}

/** Reads the body of an action as strictly as the vendor documents it. @throws VendorError naming what is wrong first */
export function readBody(action: ActionName, bytes: Buffer): ActionBody {
  const body = parseJson(bytes)
  const read = bodies[action].safeParse(body)
  if (read.success) return read.data
  const [issue] = read.error.issues
  if (issue?.code === 'unrecognized_keys')
    throw new VendorError('InvalidParameter', `The parameter ${issue.keys.join(', ')} is invalid.`)
  const name = issue?.path.join('.') || 'body'
  if (valueAt(body, issue?.path ?? []) === undefined)
    throw new VendorError('MissingParameter', `The request is missing ${name} parameter.`)
  throw new VendorError('InvalidParameter', `The parameter ${name} is invalid.`)
}

function valueAt(body: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Record<PropertyKey, unknown> | undefined)?.[name], body)
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    throw new VendorError('InvalidParameter', 'The body of the request is no JSON.')
  }
}

function isFunctionResult(message: string): boolean {
  try {
    const result = JSON.parse(message) as Record<string, unknown> | null
    return typeof result?.['ToolCallID'] === 'string' && typeof result['Content'] === 'string'
  } catch {
    return false
  }
}

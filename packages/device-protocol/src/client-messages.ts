import { z } from 'zod'
import { Iot, type IotDescriptor, type IotState } from './iot.ts'

/** Frame durations that Opus has and clients use. */
const frameDurations = [5, 10, 20, 40, 60, 80, 100, 120]
const sampleRates = [8000, 12000, 16000, 24000, 48000]

const Hello = z.object({
  type: z.literal('hello'),
  features: z
    .object({ mcp: z.boolean().catch(false), aec: z.boolean().catch(false) })
    .partial()
    .catch({}),
  audio_params: z
    .object({
      sample_rate: z
        .number()
        .refine((rate) => sampleRates.includes(rate))
        .catch(16_000),
      frame_duration: z
        .number()
        .refine((duration) => frameDurations.includes(duration))
        .catch(60),
    })
    .catch({ sample_rate: 16_000, frame_duration: 60 }),
})

const Listen = z.discriminatedUnion('state', [
  z.object({
    type: z.literal('listen'),
    state: z.literal('start'),
    mode: z.enum(['auto', 'manual', 'realtime']).catch('auto'),
  }),
  z.object({ type: z.literal('listen'), state: z.literal('stop') }),
  z.object({ type: z.literal('listen'), state: z.literal('detect'), text: z.string().max(8_000).default('') }),
])

const Abort = z.object({ type: z.literal('abort'), reason: z.string().optional().catch(undefined) })
const Mcp = z.object({ type: z.literal('mcp'), payload: z.record(z.string(), z.unknown()) })
const Ping = z.object({ type: z.literal('ping') })
const Goodbye = z.object({ type: z.literal('goodbye') })

/** What a device says, beside audio. Every field of a hello is optional on the wire and filled in here. */
export type ClientMessage =
  | { type: 'hello'; mcp: boolean; aec: boolean; sampleRateHz: number; frameMs: number }
  | { type: 'listen'; state: 'start'; mode: 'auto' | 'manual' | 'realtime' }
  | { type: 'listen'; state: 'stop' }
  | { type: 'listen'; state: 'detect'; text: string }
  | { type: 'abort'; reason?: string | undefined }
  | { type: 'mcp'; payload: Record<string, unknown> }
  | { type: 'iot'; descriptors: IotDescriptor[]; states: IotState[] }
  | { type: 'ping' }
  | { type: 'goodbye' }

export type ReadMessage =
  | { ok: true; message: ClientMessage }
  /** A type of some other client or a later firmware: to be ignored. */
  | { ok: false; ignorable: true; what: string; json: Record<string, unknown> }
  /** Not a message at all, or a known type with wrong fields: to be told to the sender. */
  | { ok: false; ignorable: false; what: string }

const schemas = { hello: Hello, listen: Listen, abort: Abort, mcp: Mcp, iot: Iot, ping: Ping, goodbye: Goodbye }

/**
 * Reads one text frame of a device. Lenient as the field demands: white space before the JSON, missing fields, and the
 * texts that firmware pastes in without escaping (`listen detect`, the error of a tool).
 */
export function readClientMessage(text: string): ReadMessage {
  const json = parseJson(text) ?? rescueDetect(text) ?? rescueMcpError(text)
  if (json === undefined || typeof json !== 'object' || json === null)
    return refused('the message is not a JSON object')
  const type = (json as { type?: unknown }).type
  if (typeof type !== 'string') return refused('"type" is missing or not a text')
  if (!Object.hasOwn(schemas, type))
    return {
      ok: false,
      ignorable: true,
      what: `unknown type "${type.slice(0, 40)}"`,
      json: json as Record<string, unknown>,
    }
  const read = schemas[type as keyof typeof schemas].safeParse(json)
  if (!read.success) {
    const issues = read.error.issues.map((issue) => `${issue.path.join('.') || type}: ${issue.message}`)
    return refused(issues.join('; '))
  }
  return { ok: true, message: fromWire(read.data) }
}

function fromWire(message: z.infer<(typeof schemas)[keyof typeof schemas]>): ClientMessage {
  if (message.type !== 'hello') return message
  return {
    type: 'hello',
    mcp: message.features.mcp === true,
    aec: message.features.aec === true,
    sampleRateHz: message.audio_params.sample_rate,
    frameMs: message.audio_params.frame_duration,
  }
}

function refused(what: string): ReadMessage {
  return { ok: false, ignorable: false, what }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Firmware writes the wake word into the message as it is, so a quote in it breaks the JSON. */
function rescueDetect(text: string): unknown {
  const found = restAfter(/"state"\s*:\s*"detect"\s*,\s*"text"\s*:\s*"/, text, /"\s*\}\s*$/)
  return found && { type: 'listen', state: 'detect', text: found.rest }
}

/** The same with the message of a tool's error. */
function rescueMcpError(text: string): unknown {
  const head = /"id"\s*:\s*(\d{1,10})\s*,\s*"error"\s*:\s*\{\s*"message"\s*:\s*"/
  const found = restAfter(head, text, /"\s*\}\s*\}\s*\}\s*$/)
  return (
    found && { type: 'mcp', payload: { jsonrpc: '2.0', id: Number(found.captured), error: { message: found.rest } } }
  )
}

/** What stands between two expressions. Searched one after the other, so that no text takes quadratic time. */
function restAfter(head: RegExp, text: string, tail: RegExp): { captured?: string; rest: string } | undefined {
  const found = head.exec(text)
  const after = found && text.slice(found.index + found[0].length)
  const end = after?.search(tail) ?? -1
  return found && after && end >= 0 ? { captured: found[1], rest: after.slice(0, end) } : undefined
}

import { invalid, missing } from './api-error.ts'

export type SpeechFormat = 'pcm' | 'wav' | 'opus'

/** Speech as it was asked for; fields that the fake does not look at are kept. */
export type SpeechBody = {
  model: string
  input: string
  voice: string
  response_format: SpeechFormat
  speed?: number
  instructions?: string
} & Record<string, unknown>

const longestInput = 4_096
const formats: readonly unknown[] = ['pcm', 'wav', 'opus']

/** @throws ApiError 400 that names the field. */
export function readSpeechBody(body: Record<string, unknown>): SpeechBody {
  for (const name of ['model', 'input', 'voice']) {
    if (body[name] === undefined) throw missing(name)
    if (typeof body[name] !== 'string') throw invalid(name, `Invalid type for '${name}': expected a string.`)
  }
  const {
    input,
    speed,
    response_format: format = 'mp3',
  } = body as { input: string; speed?: unknown; response_format?: unknown }
  if (input.trim() === '')
    throw invalid('input', "Invalid 'input': string too short. Expected a string with minimum length 1.")
  if (input.length > longestInput) {
    throw invalid(
      'input',
      `Invalid 'input': string too long. Expected a string with maximum length ${longestInput}, but got ${input.length}.`,
    )
  }
  if (!formats.includes(format)) {
    throw invalid(
      'response_format',
      `Invalid value: '${String(format)}'. This server supports: 'pcm', 'wav' and 'opus'.`,
    )
  }
  if (speed !== undefined && !(typeof speed === 'number' && speed >= 0.25 && speed <= 4)) {
    throw invalid('speed', "Invalid 'speed': expected a number from 0.25 to 4.")
  }
  return body as SpeechBody
}

import { ApiError, invalid, missing } from './api-error.ts'
import { readMultipart } from './multipart.ts'
import { readWavFormat, type WavFormat } from './wav-format.ts'

/** A transcription as it was asked for. */
export type TranscriptionBody = {
  model: string
  language: string | undefined
  prompt: string | undefined
  responseFormat: 'json' | 'text'
  wav: WavFormat
}

const shortestMs = 100

/** @throws ApiError 400 that names the field. */
export function readTranscriptionBody(bytes: Buffer, contentType: string | undefined): TranscriptionBody {
  const parts = readMultipart(bytes, contentType)
  const text = (name: string) => parts.find((part) => part.name === name)?.body.toString()
  const file = parts.find((part) => part.name === 'file')
  if (!file || file.filename === undefined) throw missing('file')
  const model = text('model')
  if (!model) throw missing('model')
  const responseFormat = text('response_format') ?? 'json'
  if (responseFormat !== 'json' && responseFormat !== 'text') {
    throw invalid('response_format', `Invalid value: '${responseFormat}'. Supported values are: 'json' and 'text'.`)
  }
  return { model, language: text('language'), prompt: text('prompt'), responseFormat, wav: readSound(file.body) }
}

function readSound(file: Buffer): WavFormat {
  const wav = decode(file)
  if (wav.durationMs >= shortestMs) return wav
  throw new ApiError(400, 'Audio file is too short. Minimum audio length is 0.1 seconds.', {
    param: 'file',
    code: 'audio_too_short',
  })
}

function decode(file: Buffer): WavFormat {
  try {
    return readWavFormat(file)
  } catch (error) {
    throw invalid(
      'file',
      `The audio file could not be decoded or its format is not supported: ${(error as Error).message}.`,
    )
  }
}

export type { ChatBody, ChatMessage } from './chat-body.ts'
export { startOpenAiFake, type OpenAiFake } from './openai-fake.ts'
export type { FakeRequest, RequestKind } from './record.ts'
export type {
  ChatScript,
  Failure,
  OpenAiFakeSettings,
  Script,
  SpeechScript,
  ToolCallScript,
  TranscriptionScript,
} from './script.ts'
export type { SpeechBody, SpeechFormat } from './speech-body.ts'
export { toTokens } from './tokens.ts'
export type { TranscriptionBody } from './transcription-body.ts'
export type { WavFormat } from './wav-format.ts'

import { z } from 'zod'
import { Replacement, Voice } from './audio.ts'
import { request, stream } from './contract.ts'
import { Language } from './ids.ts'

/** How whole sound travels: `opus` in Ogg, `pcm` bare 16-bit little-endian samples; all mono. */
export const SoundFormat = z.enum(['mp3', 'opus', 'wav', 'pcm'])
export type SoundFormat = z.infer<typeof SoundFormat>

export const SynthesizeInput = z.object({
  text: z.string().trim().min(1).max(10_000),
  voice: Voice.optional(),
  format: SoundFormat,
  replacements: z.array(Replacement).max(500).optional(),
})
export type SynthesizeInput = z.infer<typeof SynthesizeInput>

/** The rate of synthesized sound. */
export const synthesizedRateHz = 24_000

export const TranscribeInput = z.object({
  /** Names the file on `audio.up`. */
  transcriptionId: z.uuid(),
  language: Language.optional(),
})
export type TranscribeInput = z.infer<typeof TranscribeInput>

/** What was said from when to when in a file. */
export const Segment = z.object({ startMs: z.number(), endMs: z.number(), text: z.string() })
export type Segment = z.infer<typeof Segment>

/** `more` asks for up to `bytes` more of the file; `final` comes last, when it was sent to its end. */
export const TranscribePart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('more'), bytes: z.number().int().min(1) }),
  z.object({
    type: z.literal('final'),
    text: z.string(),
    language: Language.optional(),
    provider: z.string(),
    durationMs: z.number(),
    segments: z.array(Segment),
  }),
])
export type TranscribePart = z.infer<typeof TranscribePart>

export const VoiceOnOffer = z.object({
  provider: z.string(),
  name: z.string(),
  title: z.string(),
  languages: z.array(z.string()),
  gender: z.enum(['female', 'male']).optional(),
  /** What of a `Voice` it follows. */
  follows: z.array(z.enum(['speed', 'pitch', 'volume'])),
})
export type VoiceOnOffer = z.infer<typeof VoiceOnOffer>

/** Speech at one go, for whoever has a file or wants one. */
export const speech = {
  /** Says a text: each chunk is a piece of one file. */
  synthesize: stream('audio.v1.synthesize', {
    input: SynthesizeInput,
    chunk: 'bytes',
    idleMs: 15_000,
    window: 16,
    access: 'user',
  }),
  /** Writes down what is said in a file (WAV, Ogg Opus, MP3), which comes on `audio.up` as frames, and an end. */
  transcribeFile: stream('audio.v1.transcribe-file', {
    input: TranscribeInput,
    chunk: TranscribePart,
    idleMs: 15_000,
    access: 'user',
  }),
  /** The voices of the providers that are in use, the first provider's first. */
  listVoices: request('audio.v1.list-voices', {
    input: z.object({ language: Language.optional() }),
    output: z.object({ voices: z.array(VoiceOnOffer) }),
    timeoutMs: 5_000,
    access: 'user',
  }),
}

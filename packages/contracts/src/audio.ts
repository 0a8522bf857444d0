import { z } from 'zod'
import { bytes, stream } from './contract.ts'
import { Language } from './ids.ts'

/** How Opus travels: mono packets of one duration at one nominal rate. */
export const OpusFormat = z.object({
  sampleRateHz: z.union([z.literal(8000), z.literal(12000), z.literal(16000), z.literal(24000), z.literal(48000)]),
  frameMs: z.number().int().min(5).max(120),
})
export type OpusFormat = z.infer<typeof OpusFormat>

/** When speech begins and ends. `manual`: the speaker says when (push to talk); `auto`: silence says. */
export const Endpointing = z.object({
  mode: z.enum(['manual', 'auto']),
  /** Silence that ends an utterance in auto mode. */
  silenceMs: z.number().int().min(100).max(5_000),
  /** An utterance is ended here whatever happens. */
  maxSpeechMs: z.number().int().min(1_000).max(120_000),
})
export type Endpointing = z.infer<typeof Endpointing>

export const ListenInput = z.object({
  listenId: z.uuid(),
  format: OpusFormat,
  /** What the frames are: Opus packets, unless it says that they are samples of 16 kHz (16 bit, little endian). */
  codec: z.enum(['opus', 'pcm16']).optional(),
  endpointing: Endpointing,
  language: Language.optional(),
})
export type ListenInput = z.infer<typeof ListenInput>

/**
 * What is heard. `ready` comes first: frames sent before it are lost. A listening ends with one `final`; a silent one
 * has an empty text. `speechMs` is how long the speech was, `recognitionMs` what finding out its words took.
 */
export const ListenPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('speech-start') }),
  z.object({ type: z.literal('partial'), text: z.string() }),
  z.object({ type: z.literal('speech-end') }),
  z.object({
    type: z.literal('final'),
    text: z.string(),
    language: Language.optional(),
    provider: z.string(),
    speechMs: z.number(),
    recognitionMs: z.number(),
  }),
])
export type ListenPart = z.infer<typeof ListenPart>

export const Voice = z.object({
  name: z.string().min(1).max(100).optional(),
  language: Language.optional(),
  /** 1 is the voice's own speed and pitch. */
  speed: z.number().min(0.5).max(2).optional(),
  pitch: z.number().min(0.5).max(2).optional(),
})
export type Voice = z.infer<typeof Voice>

export const SpeakInput = z.object({
  text: z.string().min(1).max(1_000),
  voice: Voice.optional(),
  format: OpusFormat,
})
export type SpeakInput = z.infer<typeof SpeakInput>

export const audio = {
  /** Recognises one utterance whose frames arrive on `audio.up`. */
  listen: stream('audio.v1.listen', { input: ListenInput, chunk: ListenPart, idleMs: 6_000 }),
  /** Uplink frames of one listening, framed by `encodeUplink`. */
  up: bytes('audio.v1.{listenId}.up'),
  /** Says one sentence: each chunk is one Opus packet of the wanted format. */
  speak: stream('audio.v1.speak', { input: SpeakInput, chunk: 'bytes', idleMs: 6_000, window: 16 }),
}

import { z } from 'zod'
import { bytes, stream } from './contract.ts'
import { DeviceId, Language } from './ids.ts'

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

/** Whose sound this is and of which turn: it is kept where the operator keeps recordings, and nowhere else. */
export const RecordingOf = z.object({ turnId: z.uuid(), deviceId: DeviceId, ownerId: z.uuid() })
export type RecordingOf = z.infer<typeof RecordingOf>

export const ListenInput = z.object({
  listenId: z.uuid(),
  format: OpusFormat,
  /** What the frames are: Opus packets, unless it says that they are samples of 16 kHz (16 bit, little endian). */
  codec: z.enum(['opus', 'pcm16']).optional(),
  endpointing: Endpointing,
  language: Language.optional(),
  /** Whose voiceprints the speaker is looked for in; nobody is looked for without it. */
  ownerId: z.uuid().optional(),
  recording: RecordingOf.optional(),
})
export type ListenInput = z.infer<typeof ListenInput>

/**
 * What is heard. `ready` comes first: frames sent before it are lost. A `partial` is all that was understood so far, and the next
 * one or the `final` takes its place. A listening ends with one `final`; a silent one has an empty text. `atMs` is when speech
 * began and ended in the time of the sound, `speechMs` how long it was, `recognitionMs` what finding out its words took.
 */
export const ListenPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('speech-start'), atMs: z.number().optional() }),
  z.object({ type: z.literal('partial'), text: z.string() }),
  z.object({ type: z.literal('speech-end'), atMs: z.number().optional() }),
  z.object({
    type: z.literal('final'),
    text: z.string(),
    language: Language.optional(),
    provider: z.string(),
    speechMs: z.number(),
    recognitionMs: z.number(),
    /** How it was said, such as `happy`, and what else was heard, such as `laughter`, where the recogniser tells. */
    emotion: z.string().optional(),
    event: z.string().optional(),
    /** The name of whoever spoke, when their voiceprint is known. */
    speaker: z.string().optional(),
  }),
])
export type ListenPart = z.infer<typeof ListenPart>

/** How somebody sounds; what is left out is the operator's choice. */
export const Voice = z.object({
  /** Whose voice it is: asked first, before the others of the chain, which then speak with voices of their own. */
  provider: z.string().min(1).max(32).optional(),
  name: z.string().min(1).max(100).optional(),
  language: Language.optional(),
  /** 1 is the voice's own speed and pitch. */
  speed: z.number().min(0.5).max(2).optional(),
  pitch: z.number().min(0.5).max(2).optional(),
  /** 1 is the voice's own loudness. */
  volume: z.number().min(0.1).max(2).optional(),
})
export type Voice = z.infer<typeof Voice>

/** A word that is to be said differently from how it is written. What is shown stays as it is written. */
export const Replacement = z.object({ from: z.string().min(1).max(64), to: z.string().max(128) })
export type Replacement = z.infer<typeof Replacement>

export const SpeakInput = z.object({
  text: z.string().min(1).max(1_000),
  voice: Voice.optional(),
  format: OpusFormat,
  replacements: z.array(Replacement).max(500).optional(),
  /** The same words are said again and again (greetings, fillers, farewells): their sound is kept. */
  fixed: z.boolean().optional(),
  recording: RecordingOf.optional(),
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

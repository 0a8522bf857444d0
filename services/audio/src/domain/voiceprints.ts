import { Problem, type Voiceprint } from '@parley/contracts'

export type StoredVoiceprint = Voiceprint & { ownerId: string; embedding: Float32Array | undefined }

/** What tells voices apart. Failures are Problems, as with `Recogniser`. */
export type VoiceprintEngine = {
  readonly name: string
  /** From how sure on a voice is believed to be somebody's; each engine counts in its own way. */
  readonly threshold: number
  /** Learns a voice at 16 kHz; the engine that keeps it itself gives nothing back. */
  enrol: (voiceprintId: string, samples: Int16Array, signal: AbortSignal) => Promise<Float32Array | undefined>
  /** Which of these it most likely is, and how sure that is. */
  identify: (
    samples: Int16Array,
    candidates: readonly Pick<StoredVoiceprint, 'voiceprintId' | 'embedding'>[],
    signal: AbortSignal,
  ) => Promise<{ voiceprintId: string; score: number } | undefined>
  forget: (voiceprintId: string, signal: AbortSignal) => Promise<void>
}

export type VoiceprintStore = {
  list: (ownerId: string, engine: string) => Promise<StoredVoiceprint[]>
  save: (voiceprint: Omit<StoredVoiceprint, 'createdAt'>, engine: string) => Promise<StoredVoiceprint>
  remove: (ownerId: string, voiceprintId: string) => Promise<boolean>
}

export type VoiceprintsGiven = {
  engine: VoiceprintEngine
  store: VoiceprintStore
  newId: () => string
  identifyMs: number
}

const rateHz = 16_000
/** Less speech says too little about who speaks. */
const shortestEnrolMs = 1_500
const shortestSpeechMs = 700
/** More says nothing new. */
const longestMs = 30_000
const mostPeople = 50
const removeMs = 5_000

/** The people whom one owner's devices know by their voices. */
export type Voiceprints = {
  list: (ownerId: string) => Promise<StoredVoiceprint[]>
  /** @throws Problem `bad-request` for too little speech, `conflict` for too many people */
  enrol: (ownerId: string, name: string, speech: Int16Array, signal: AbortSignal) => Promise<StoredVoiceprint>
  remove: (ownerId: string, voiceprintId: string, signal: AbortSignal) => Promise<boolean>
  /** Forgets everybody of an owner; how many they were. */
  removeAll: (ownerId: string) => Promise<number>
  /** The name of whoever speaks; undefined for a stranger, for too little speech, and when it takes too long. Never fails. */
  identify: (ownerId: string, speech: Int16Array, signal: AbortSignal) => Promise<string | undefined>
}

export function createVoiceprints({ engine, store, newId, identifyMs }: VoiceprintsGiven): Voiceprints {
  const list = (ownerId: string) => store.list(ownerId, engine.name)

  async function identify(ownerId: string, speech: Int16Array, signal: AbortSignal): Promise<string | undefined> {
    if (msOf(speech) < shortestSpeechMs) return undefined
    const people = await list(ownerId)
    if (people.length === 0) return undefined
    const own = AbortSignal.any([signal, AbortSignal.timeout(identifyMs)])
    const best = await engine.identify(shorten(speech), people, own)
    if (!best || best.score < engine.threshold) return undefined
    return people.find(({ voiceprintId }) => voiceprintId === best.voiceprintId)?.name
  }

  async function remove(ownerId: string, voiceprintId: string, signal: AbortSignal): Promise<boolean> {
    // The engine first: what it keeps is found by this id only.
    const known = (await list(ownerId)).some((one) => one.voiceprintId === voiceprintId)
    if (known) await engine.forget(voiceprintId, signal)
    return known && (await store.remove(ownerId, voiceprintId))
  }

  return {
    list,
    enrol: async (ownerId, name, speech, signal) => {
      if (msOf(speech) < shortestEnrolMs)
        throw new Problem('bad-request', `A voice is learnt from ${shortestEnrolMs / 1_000} s of speech or more`)
      const people = await list(ownerId)
      const known = people.find((one) => one.name === name)
      if (!known && people.length >= mostPeople) throw new Problem('conflict', `${mostPeople} people are known already`)
      const voiceprintId = known?.voiceprintId ?? newId()
      const fresh = await engine.enrol(voiceprintId, shorten(speech), signal)
      const samples = (known?.samples ?? 0) + 1
      return store.save({ voiceprintId, ownerId, name, samples, embedding: fresh && mean(known, fresh) }, engine.name)
    },
    remove,
    removeAll: async (ownerId) => {
      const people = await list(ownerId)
      for (const { voiceprintId } of people) await remove(ownerId, voiceprintId, AbortSignal.timeout(removeMs))
      return people.length
    },
    identify: (ownerId, speech, signal) => identify(ownerId, speech, signal).catch(() => undefined),
  }
}

const msOf = (speech: Int16Array) => (speech.length / rateHz) * 1_000
const shorten = (speech: Int16Array) => speech.subarray(0, (longestMs * rateHz) / 1_000)

/** The direction between all samples so far: each counts the same, however loud. */
function mean(known: StoredVoiceprint | undefined, fresh: Float32Array): Float32Array {
  const unit = normalise(fresh)
  const { embedding, samples } = known ?? {}
  if (!embedding || embedding.length !== unit.length) return unit
  return normalise(unit.map((value, at) => value + embedding[at]! * (samples ?? 1)))
}

function normalise(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector) || 1
  return vector.map((value) => value / length)
}

/** How much two voices are alike, from −1 to 1. */
export function likeness(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length) return -1
  return (
    one.reduce((sum, value, at) => sum + value * other[at]!, 0) /
    ((Math.hypot(...one) || 1) * (Math.hypot(...other) || 1))
  )
}

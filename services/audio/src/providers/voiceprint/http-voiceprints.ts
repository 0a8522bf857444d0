import { createVendorFetch } from '@parley/service-kit'
import { z } from 'zod'
import { listenRateHz } from '../../domain/ports.ts'
import type { VoiceprintEngine } from '../../domain/voiceprints.ts'
import { toWav } from '../../domain/wav.ts'
import { createLimit } from '../limit.ts'
import { toStatusProblem } from '../websocket/vendor-socket.ts'

export type HttpVoiceprintSettings = {
  /** Of a 3D-Speaker voiceprint service, such as `http://127.0.0.1:8005`. */
  url: string
  key: string
  threshold: number
  timeoutMs: number
  fetch?: typeof fetch
}

const who = 'The voiceprint service'
const Identified = z.object({ speaker_id: z.string(), score: z.number() })

/** Voices told apart by a voiceprint service over HTTP, which keeps them itself: `register`, `identify`, `DELETE`. */
export function createHttpVoiceprints(settings: HttpVoiceprintSettings): VoiceprintEngine {
  const { url, key, threshold, timeoutMs, fetch = createVendorFetch() } = settings
  const headers = { authorization: `Bearer ${key}` }

  async function ask(path: string, init: RequestInit, signal: AbortSignal): Promise<unknown> {
    using limit = createLimit(who, timeoutMs, signal)
    try {
      const response = await fetch(new URL(`/voiceprint/${path}`, url), { ...init, headers, signal: limit.signal })
      const body: unknown = await response.json().catch(() => undefined)
      // What is gone already need not be deleted.
      if (!response.ok && !(init.method === 'DELETE' && response.status === 404))
        throw toStatusProblem(response.status, who)
      return body
    } catch (error) {
      throw limit.toProblem(error)
    }
  }
  function form(samples: Int16Array, fields: Record<string, string>): FormData {
    const data = new FormData()
    for (const [name, value] of Object.entries(fields)) data.set(name, value)
    // It looks at the name of the file.
    data.set('file', new File([toWav(samples, listenRateHz)], 'voice.wav', { type: 'audio/wav' }))
    return data
  }

  return {
    name: 'http',
    threshold,
    enrol: async (speaker_id, samples, signal) => {
      await ask('register', { method: 'POST', body: form(samples, { speaker_id }) }, signal)
      return undefined
    },
    identify: async (samples, candidates, signal) => {
      const speaker_ids = candidates.map(({ voiceprintId }) => voiceprintId).join(',')
      const body = await ask('identify', { method: 'POST', body: form(samples, { speaker_ids }) }, signal)
      const found = Identified.safeParse(body).data
      return found && found.speaker_id !== '' ? { voiceprintId: found.speaker_id, score: found.score } : undefined
    },
    forget: async (voiceprintId, signal) => void (await ask(voiceprintId, { method: 'DELETE' }, signal)),
  }
}

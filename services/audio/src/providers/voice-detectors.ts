import type { VoiceDetector } from '../domain/ports.ts'
import { loadSileroDetectors } from './sherpa/silero-detector.ts'
import { loadVoiceDetectors } from './webrtc/voice-detector.ts'

export type DetectorSettings = {
  /** Left out: Silero where its model is named, else WebRTC's. */
  vad: 'webrtc' | 'silero' | undefined
  vadAggressiveness: number
  sileroModel: string | undefined
  sileroThreshold: number
}

/** The chosen voice detector, one per listening. @throws Error that says what it lacks */
export function loadDetectors(settings: DetectorSettings): Promise<() => VoiceDetector> {
  const { sileroModel: model, vad = model === undefined ? 'webrtc' : 'silero' } = settings
  return vad === 'silero' && model !== undefined
    ? loadSileroDetectors({ model, threshold: settings.sileroThreshold })
    : loadVoiceDetectors(settings.vadAggressiveness)
}

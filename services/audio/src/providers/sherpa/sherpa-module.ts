/** What of `sherpa-onnx-node` is used here; its own types are JSDoc. */
export type Waveform = { samples: Float32Array; sampleRate: number }
type OfflineStream = { acceptWaveform: (waveform: Waveform) => void }
type OnlineStream = OfflineStream & { inputFinished: () => void }

/** Times in seconds, one per token; what a model does not know is left out or empty. */
export type SherpaResult = {
  text: string
  lang?: string
  emotion?: string
  event?: string
  tokens?: string[]
  timestamps?: number[]
}

export type OfflineRecognizer = {
  createStream: () => OfflineStream
  decodeAsync: (stream: OfflineStream) => Promise<SherpaResult>
}
export type OnlineRecognizer = {
  createStream: () => OnlineStream
  isReady: (stream: OnlineStream) => boolean
  decode: (stream: OnlineStream) => void
  getResult: (stream: OnlineStream) => SherpaResult
}
export type OfflineTts = {
  sampleRate: number
  numSpeakers: number
  generateAsync: (request: {
    text: string
    sid: number
    speed: number
    enableExternalBuffer: boolean
    onProgress: (info: { samples: Float32Array }) => boolean
  }) => Promise<unknown>
}
export type EmbeddingExtractor = {
  dim: number
  createStream: () => OnlineStream
  compute: (stream: OnlineStream, enableExternalBuffer: boolean) => Float32Array
}
export type Vad = {
  acceptWaveform: (samples: Float32Array) => void
  isDetected: () => boolean
  isEmpty: () => boolean
  pop: () => void
}

export type SherpaModule = {
  OfflineRecognizer: { createAsync: (config: object) => Promise<OfflineRecognizer> }
  OnlineRecognizer: new (config: object) => OnlineRecognizer
  OfflineTts: { createAsync: (config: object) => Promise<OfflineTts> }
  SpeakerEmbeddingExtractor: new (config: object) => EmbeddingExtractor
  Vad: new (config: object, bufferS: number) => Vad
}

/**
 * Loads the package when it is wanted: it is large, and brings a library for each kind of machine.
 * @param name another module in its place
 * @throws Error that says what to do when it cannot be loaded here
 */
export async function loadSherpa(name = 'sherpa-onnx-node'): Promise<SherpaModule> {
  try {
    const loaded = (await import(name)) as { default?: SherpaModule } & SherpaModule
    return loaded.default ?? loaded
  } catch (cause) {
    const cure =
      'install its package for this kind of machine (optional dependencies of npm), or choose another provider'
    throw new Error(`sherpa-onnx-node cannot be loaded on this machine: ${cure}`, { cause })
  }
}

/** Samples as sherpa-onnx wants them: from −1 to 1. */
export function toFloats(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (sample) => sample / 32_768)
}

export function fromFloats(floats: Float32Array): Int16Array {
  return Int16Array.from(floats, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_767))))
}

/**
 * Stands in for sherpa-onnx-node, whose models are large files: the same calls, the same order of them, and results that say what
 * came. It refuses what the package refuses.
 */
const loudness = (pieces) => {
  const samples = pieces.flatMap((piece) => [...piece])
  return samples.length === 0 ? 0 : Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length)
}
const isSpeech = (pieces) => loudness(pieces) > 0.003

class Stream {
  pieces = []
  decoded = 0
  finished = false
  acceptWaveform({ samples, sampleRate }) {
    if (!(samples instanceof Float32Array) || sampleRate !== 16_000) throw new TypeError('acceptWaveform')
    if (samples.some((value) => Math.abs(value) > 1)) throw new RangeError('samples are from -1 to 1')
    this.pieces.push(samples)
  }
  inputFinished() {
    this.finished = true
  }
}

export class OfflineRecognizer {
  static async createAsync(config) {
    if (!config.modelConfig.tokens) throw new Error('no tokens')
    const recognizer = new OfflineRecognizer()
    recognizer.config = config
    return recognizer
  }
  createStream() {
    return new Stream()
  }
  async decodeAsync(stream) {
    const wanted = globalThis.sherpaStandIn ?? {}
    if (wanted.hang) await new Promise((resolve) => setTimeout(resolve, 3_000))
    if (wanted.fail) throw new Error('onnxruntime said no')
    if (!isSpeech(stream.pieces)) return { text: '', lang: '', emotion: '', event: '', tokens: [], timestamps: [] }
    const { senseVoice } = this.config.modelConfig
    const tags = senseVoice ? { lang: '<|en|>', emotion: '<|NEUTRAL|>', event: '<|Speech|>' } : {}
    return { text: ' what time is it', tokens: ['what', 'time', 'is', 'it'], timestamps: [0, 0.2, 0.4, 0.6], ...tags }
  }
}

export class OnlineRecognizer {
  constructor(config) {
    if (!config.modelConfig.transducer && !config.modelConfig.paraformer) throw new Error('no model')
  }
  createStream() {
    return new Stream()
  }
  isReady(stream) {
    return stream.decoded < stream.pieces.length
  }
  decode(stream) {
    if (process.env.SHERPA_STAND_IN === 'die') process.exit(1)
    if (process.env.SHERPA_STAND_IN === 'fail') throw new Error('onnxruntime said no')
    stream.decoded++
  }
  getResult(stream) {
    if (process.env.SHERPA_STAND_IN === 'hang') return { text: '' }
    const words = stream.finished ? 'what time is it' : 'what time'
    return { text: isSpeech(stream.pieces) ? words : '', tokens: [], timestamps: [] }
  }
}

export class OfflineTts {
  sampleRate = 16_000
  numSpeakers = 3
  static async createAsync() {
    return new OfflineTts()
  }
  async generateAsync({ text, sid, speed, onProgress, enableExternalBuffer }) {
    const wanted = globalThis.sherpaStandIn ?? {}
    if (enableExternalBuffer !== false || sid >= this.numSpeakers || !(speed > 0)) throw new TypeError('generateAsync')
    if (wanted.hang) await new Promise((resolve) => setTimeout(resolve, 3_000))
    if (wanted.fail || text === '') throw new Error('onnxruntime said no')
    for (let piece = 0; piece < 4; piece++) {
      const samples = Float32Array.from({ length: 4_000 }, (_, at) => 0.3 * Math.sin(at / 10))
      if (onProgress({ samples, progress: piece / 4 }) === false) return
      await new Promise(setImmediate)
    }
  }
}

export class SpeakerEmbeddingExtractor {
  dim = 4
  createStream() {
    return new Stream()
  }
  /** A voice is known by how often its sound crosses zero, and by how loud it is. */
  compute(stream) {
    const samples = stream.pieces.flatMap((piece) => [...piece])
    const crossings =
      samples.filter((value, at) => at > 0 && value >= 0 !== samples[at - 1] >= 0).length / samples.length
    return Float32Array.of(Math.cos(crossings * 20), Math.sin(crossings * 20), 0, 0)
  }
}

export class Vad {
  constructor(config) {
    if (!config.sileroVad.model || config.sampleRate !== 16_000) throw new Error('no model')
    this.config = config
    this.detected = false
    this.segments = 0
  }
  acceptWaveform(samples) {
    if (!(samples instanceof Float32Array) || samples.length !== this.config.sileroVad.windowSize)
      throw new TypeError('window')
    const voice = loudness([samples]) > 0.01
    if (this.detected && !voice) this.segments++
    this.detected = voice
  }
  isDetected() {
    return this.detected
  }
  isEmpty() {
    return this.segments === 0
  }
  pop() {
    this.segments--
  }
}

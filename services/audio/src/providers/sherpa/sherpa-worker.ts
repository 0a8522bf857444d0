import { parentPort, workerData } from 'node:worker_threads'
import { listenRateHz } from '../../domain/ports.ts'
import type { FromSherpa, SherpaWork, ToSherpa } from './sherpa-messages.ts'
import { loadSherpa, type EmbeddingExtractor, type OnlineRecognizer } from './sherpa-module.ts'

/** What sherpa-onnx only does synchronously happens here, away from the event loop of the service. */
const port = parentPort!
const { kind, config, module } = workerData as SherpaWork
const sherpa = await loadSherpa(module)
const take =
  kind === 'online'
    ? hearStreams(new sherpa.OnlineRecognizer(config))
    : embed(new sherpa.SpeakerEmbeddingExtractor(config))

port.on('message', (message: ToSherpa) => {
  try {
    take(message)
  } catch (error) {
    send({ kind: 'failed', stream: message.stream, message: String(error) })
  }
})
send({ kind: 'ready' })

function hearStreams(recognizer: OnlineRecognizer): (message: ToSherpa) => void {
  const streams = new Map<number, ReturnType<OnlineRecognizer['createStream']>>()
  /** What follows the last word: the model looks ahead. */
  const tail = new Float32Array(listenRateHz / 2)

  return (message) => {
    const { stream: id } = message
    if (message.kind === 'open') return void streams.set(id, recognizer.createStream())
    const stream = streams.get(id)
    if (!stream) return
    if (message.kind === 'close') return void streams.delete(id)
    if (message.kind === 'push') stream.acceptWaveform({ samples: message.samples, sampleRate: listenRateHz })
    if (message.kind === 'end') {
      stream.acceptWaveform({ samples: tail, sampleRate: listenRateHz })
      stream.inputFinished()
    }
    while (recognizer.isReady(stream)) recognizer.decode(stream)
    const result = recognizer.getResult(stream)
    if (message.kind === 'end') {
      streams.delete(id)
      send({ kind: 'result', stream: id, result })
    } else if (result.text !== '') send({ kind: 'partial', stream: id, text: result.text })
  }
}

function embed(extractor: EmbeddingExtractor): (message: ToSherpa) => void {
  return (message) => {
    if (message.kind !== 'embed') return
    const stream = extractor.createStream()
    stream.acceptWaveform({ samples: message.samples, sampleRate: message.sampleRateHz })
    stream.inputFinished()
    send({ kind: 'embedding', stream: message.stream, embedding: extractor.compute(stream, false) })
  }
}

function send(message: FromSherpa): void {
  port.postMessage(message, [])
}

import { openBus, openedApp, openHealth, type App, type Given } from '@parley/service-kit'
import type { Config } from './config.ts'
import type { Clock } from './domain/ports.ts'
import { createProviderMetrics, meterRecogniser, meterSynthesizer } from './metered.ts'
import { openEncoderPool } from './providers/opus/encoder-pool.ts'
import { createPacketDecoder } from './providers/opus/packet-decoder.ts'
import { recognisers, synthesizers } from './providers/registry.ts'
import { loadVoiceDetectors } from './providers/webrtc/voice-detector.ts'
import { serveListen } from './subjects/listen.ts'
import { serveSpeak } from './subjects/speak.ts'

const clock: Clock = {
  nowMs: () => performance.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs)
    return () => clearTimeout(timer)
  },
}

/**
 * The audio service: hears utterances and says sentences.
 * @throws Error when a chosen provider cannot work on this machine, saying what it lacks.
 */
export async function createApp(config: Config, { log }: Given): Promise<App> {
  await using stack = new AsyncDisposableStack()
  const health = stack.use(await openHealth({ port: config.internalPort }))
  const metrics = createProviderMetrics(health.metrics)

  const recogniser = await recognisers[config.asrProvider](config)
  stack.defer(() => recogniser[Symbol.asyncDispose]?.())
  health.addCheck('recognition', () => recogniser.check())
  const synthesizer = await synthesizers[config.ttsProvider](config)
  stack.defer(() => synthesizer[Symbol.asyncDispose]?.())
  health.addCheck('synthesis', () => synthesizer.check())

  const encoders = stack.use(
    openEncoderPool({
      threads: config.codecThreads,
      bitrate: config.opusBitrate,
      complexity: config.opusComplexity,
      onDeath: (error) => log.error({ error }, 'an encoder thread died and is replaced'),
    }),
  )
  health.addCheck('encoders', () => encoders.check())
  const createDetector = await loadVoiceDetectors(config.vadAggressiveness)

  const bus = stack.use(await openBus(config, { name: 'audio', log, health }))
  serveListen({
    bus,
    log,
    clock,
    createDetector,
    createDecoder: createPacketDecoder,
    recogniser: meterRecogniser(recogniser, metrics),
  })
  serveSpeak({ bus, log, openEncoder: encoders.open, synthesizer: meterSynthesizer(synthesizer, metrics) })
  return openedApp(stack, health)
}

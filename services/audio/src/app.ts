import { openBus, openedApp, openHealth, serveErasing, type App, type Given } from '@parley/service-kit'
import type { Config } from './config.ts'
import type { Clock } from './domain/ports.ts'
import { createTranscriptCleaner } from './domain/transcripts.ts'
import { openKeeping } from './keeping.ts'
import { countFailure, createProviderMetrics, meterRecogniser, meterSynthesizer } from './metered.ts'
import { openPhraseCache } from './providers/cache/phrase-cache.ts'
import { withPhrases } from './providers/cache/with-phrases.ts'
import { readSound } from './providers/files/read-sound.ts'
import { toSoundFile } from './providers/files/sound-file.ts'
import { openChains } from './providers/open-chains.ts'
import { openEncoderPool } from './providers/opus/encoder-pool.ts'
import { createPacketDecoder } from './providers/opus/packet-decoder.ts'
import { loadDetectors } from './providers/voice-detectors.ts'
import { serveListen } from './subjects/listen.ts'
import { serveRecordings } from './subjects/recordings.ts'
import { serveSpeak } from './subjects/speak.ts'
import { serveSynthesize } from './subjects/synthesize.ts'
import { serveTranscribe } from './subjects/transcribe.ts'
import { serveVoiceprints } from './subjects/voiceprints.ts'
import { serveVoices } from './subjects/voices.ts'

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

  const encoders = stack.use(
    openEncoderPool({
      threads: config.codecThreads,
      bitrate: config.opusBitrate,
      complexity: config.opusComplexity,
      onDeath: (error) => log.error({ error }, 'an encoder thread died and is replaced'),
    }),
  )
  health.addCheck('encoders', () => encoders.check())
  const phrases = await openPhraseCache({
    memoryBytes: config.cacheMemoryBytes,
    dir: config.cacheDir,
    diskBytes: config.cacheDiskBytes,
    onError: (error) => log.warn({ error }, 'a phrase is not kept'),
  })

  const { recogniser, synthesizer, synthesizers } = stack.use(
    await openChains(
      { ...config, timeoutMs: config.providerTimeoutMs },
      {
        clock,
        wrapRecogniser: (one) => meterRecogniser(one, metrics),
        wrapSynthesizer: (one, settings) =>
          withPhrases(meterSynthesizer(one, metrics), {
            cache: phrases,
            openEncoder: encoders.open,
            // Secrets show themselves to nobody, and change no sound.
            settings: JSON.stringify(settings),
            onKept: (kept) => metrics.phrases.inc({ provider: one.name, kept: String(kept) }),
          }),
        onFailure: (side, provider, problem) => {
          countFailure(metrics, provider, side, problem)
          log.warn({ side, provider, code: problem.code, error: problem }, 'a provider failed')
        },
        onBreaker: (side, provider, open) => {
          metrics.resting.set({ provider, side }, open ? 1 : 0)
          log.warn({ side, provider, open }, open ? 'a provider is left alone' : 'a provider works again')
        },
      },
    ),
  )
  health.addCheck('recognition', () => recogniser.check())
  health.addCheck('synthesis', () => synthesizer.check())

  const { recorder, kept, voices, erase } = stack.use(await openKeeping(config, { log, health }))
  const bus = stack.use(await openBus(config, { name: 'audio', log, health }))
  const createDetector = await loadDetectors(config)
  const clean = createTranscriptCleaner({ ...config, ghosts: config.ghostPhrases })
  serveListen({
    bus,
    log,
    clock,
    createDetector,
    createDecoder: createPacketDecoder,
    recogniser,
    clean,
    warmVoice: () => synthesizer.warm?.(),
    recorder,
    voices,
  })
  serveSpeak({ bus, log, openEncoder: encoders.open, synthesizer, recorder })
  serveTranscribe({
    bus,
    log,
    recogniser,
    createDetector,
    clean,
    readSound,
    mostBytes: config.fileMaxBytes,
    mostMs: config.fileMaxSeconds * 1_000,
  })
  serveSynthesize({
    bus,
    log,
    synthesizer,
    toFile: (sound, format) => toSoundFile(sound, format, encoders.open),
  })
  serveVoices({ bus, synthesizers })
  serveRecordings({ bus, kept })
  serveErasing(bus, 'audio', erase)
  serveVoiceprints({ bus, voices, createDetector, readSound, mostBytes: config.fileMaxBytes })
  return openedApp(stack, health)
}

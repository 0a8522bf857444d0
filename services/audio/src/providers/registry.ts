import type { Config } from '../config.ts'
import type { Recogniser, Synthesizer } from '../domain/ports.ts'
import { openEspeakSynthesizer } from './local/espeak-synthesizer.ts'
import { openSphinxRecogniser } from './local/sphinx-recogniser.ts'
import { createOpenAiRecogniser } from './openai/openai-recogniser.ts'
import { createOpenAiSynthesizer } from './openai/openai-synthesizer.ts'

type Opened<Port> = Port & Partial<AsyncDisposable>

/** Every recogniser there is, by the name that the configuration calls it. */
export const recognisers: Record<Config['asrProvider'], (config: Config) => Promise<Opened<Recogniser>>> = {
  local: (config) =>
    openSphinxRecogniser({ batchPath: config.pocketsphinxBatchPath, modelDir: config.pocketsphinxModelDir }),
  openai: async (config) => createOpenAiRecogniser({ ...openAiSettings(config), model: config.openaiAsrModel }),
}

/** Every synthesizer there is. */
export const synthesizers: Record<Config['ttsProvider'], (config: Config) => Promise<Opened<Synthesizer>>> = {
  local: (config) => openEspeakSynthesizer({ path: config.espeakPath }),
  openai: async (config) =>
    createOpenAiSynthesizer({ ...openAiSettings(config), model: config.openaiTtsModel, voice: config.openaiTtsVoice }),
}

const openAiSettings = ({ openaiBaseUrl, openaiApiKey, openaiTimeoutMs }: Config) => ({
  baseUrl: openaiBaseUrl,
  apiKey: openaiApiKey?.reveal(),
  timeoutMs: openaiTimeoutMs,
})

import { variable } from '@parley/service-kit'
import { z } from 'zod'
import { defineProvider } from '../provider.ts'
import { openEspeakSynthesizer } from './espeak-synthesizer.ts'
import { openSphinxRecogniser } from './sphinx-recogniser.ts'

/** Programs of the machine: no key and no network. */
export const local = defineProvider({
  name: 'local',
  variables: {
    espeakPath: variable('ESPEAK_NG_PATH', z.string().default('espeak-ng')),
    batchPath: variable('POCKETSPHINX_BATCH_PATH', z.string().default('pocketsphinx_batch')),
    modelDir: variable('POCKETSPHINX_MODEL_DIR', z.string().default('/usr/share/pocketsphinx/model/en-us')),
  },
  openRecogniser: ({ batchPath, modelDir }) => openSphinxRecogniser({ batchPath, modelDir }),
  openSynthesizer: ({ espeakPath: path }) => openEspeakSynthesizer({ path }),
})

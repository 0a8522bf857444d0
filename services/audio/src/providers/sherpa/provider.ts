import { variable, wholeNumber } from '@parley/service-kit'
import { z } from 'zod'
import { defineProvider, missing } from '../provider.ts'
import { openSherpaRecogniser } from './sherpa-recogniser.ts'
import { openSherpaSynthesizer } from './sherpa-synthesizer.ts'

/** Models on this machine, by sherpa-onnx. */
export const sherpa = defineProvider({
  name: 'sherpa',
  variables: {
    asrModelDir: variable('SHERPA_ASR_MODEL_DIR', z.string().optional()),
    ttsModelDir: variable('SHERPA_TTS_MODEL_DIR', z.string().optional()),
    threads: variable('SHERPA_THREADS', wholeNumber(1, 32).default(2)),
  },
  problems: ({ asrModelDir, ttsModelDir }, side) =>
    side === 'recognition'
      ? missing('sherpa', { SHERPA_ASR_MODEL_DIR: asrModelDir })
      : missing('sherpa', { SHERPA_TTS_MODEL_DIR: ttsModelDir }),
  openRecogniser: ({ asrModelDir, threads }) => openSherpaRecogniser({ modelDir: asrModelDir!, threads }),
  openSynthesizer: ({ ttsModelDir, threads }, { timeoutMs }) =>
    openSherpaSynthesizer({ modelDir: ttsModelDir!, threads, timeoutMs }),
})

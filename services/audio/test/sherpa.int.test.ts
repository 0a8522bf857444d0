import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeRecogniser, describeSynthesizer } from '../src/providers/conformance.ts'
import { readRecognitionModel, readSpeechModel } from '../src/providers/sherpa/model-folder.ts'
import { loadSherpa } from '../src/providers/sherpa/sherpa-module.ts'
import { openSherpaRecogniser } from '../src/providers/sherpa/sherpa-recogniser.ts'
import { openSherpaSynthesizer } from '../src/providers/sherpa/sherpa-synthesizer.ts'
import { loadSileroDetectors } from '../src/providers/sherpa/silero-detector.ts'
import { saySentence } from './speech.ts'

const module = new URL('./stand-ins/sherpa.mjs', import.meta.url).href
const text = 'what time is it'
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-sherpa-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function modelDir(name: string, files: string[]): Promise<string> {
  const path = join(folder, name)
  await mkdir(path, { recursive: true })
  await Promise.all(files.map((file) => writeFile(join(path, file), '')))
  return path
}
const senseVoice = () => modelDir('sherpa-onnx-sense-voice-2024', ['model.int8.onnx', 'model.onnx', 'tokens.txt'])
const zipformer = () =>
  modelDir('streaming-zipformer', [
    'encoder-1.int8.onnx',
    'encoder-1.onnx',
    'decoder-1.onnx',
    'joiner-1.onnx',
    'tokens.txt',
  ])

type Act = { hang?: boolean; fail?: boolean }
/** What the stand-in does for one provider. */
function acting<Port extends object>(act: Act, open: () => Promise<Port>) {
  return async (): Promise<Port & AsyncDisposable> => {
    const wanted = globalThis as { sherpaStandIn?: Act }
    wanted.sherpaStandIn = act
    const port: Port & Partial<AsyncDisposable> = await open()
    const dispose = async () => {
      await port[Symbol.asyncDispose]?.()
      delete wanted.sherpaStandIn
    }
    return { ...port, [Symbol.asyncDispose]: dispose }
  }
}
const openOffline = async () => openSherpaRecogniser({ modelDir: await senseVoice(), threads: 1, module })
const openOnline = (act: string) => async () => {
  process.env['SHERPA_STAND_IN'] = act
  try {
    return await openSherpaRecogniser({ modelDir: await zipformer(), threads: 1, module })
  } finally {
    delete process.env['SHERPA_STAND_IN']
  }
}
const openVoice = async () =>
  openSherpaSynthesizer({
    modelDir: await modelDir('vits-piper', ['en.onnx', 'tokens.txt']),
    threads: 1,
    timeoutMs: 300,
    module,
  })

/** SenseVoice writes its tags in front; the service takes them out. */
const tagged = `<|en|><|NEUTRAL|><|Speech|>${text}`

describeRecogniser('sherpa SenseVoice (stand-in for the model)', {
  open: acting({}, openOffline),
  openSilent: acting({}, openOffline),
  openSlow: acting({ hang: true }, openOffline),
  speech: () => saySentence(text),
  text: tagged,
  failures: [{ when: 'a model that fails', open: acting({ fail: true }, openOffline), code: 'provider-failed' }],
})

describeRecogniser('sherpa streaming Zipformer (stand-in for the model)', {
  open: openOnline(''),
  openSilent: openOnline(''),
  openSlow: openOnline(''),
  speech: () => saySentence(text),
  text,
  failures: [
    { when: 'a model that fails', open: openOnline('fail'), code: 'provider-failed' },
    { when: 'a thread that dies', open: openOnline('die'), code: 'provider-failed' },
  ],
})

describeSynthesizer('sherpa (stand-in for the model)', {
  open: acting({}, openVoice),
  openSlow: acting({ hang: true }, openVoice),
  text,
  durationMs: { least: 900, most: 1_100 },
  failures: [
    { when: 'a model that fails', open: acting({ fail: true }, openVoice), code: 'provider-failed' },
    { when: 'a model that takes too long', open: acting({ hang: true }, openVoice), code: 'timeout' },
  ],
})

test('a folder says what kind of model it holds, or what it lacks', async () => {
  const tokens = 'tokens.txt'
  const kindOf = async (name: string, files: string[]) =>
    (await readRecognitionModel(await modelDir(name, files), 1)).kind
  expect(await kindOf('paraformer-zh', ['model.onnx', tokens])).toBe('paraformer')
  expect(await kindOf('streaming-paraformer', ['encoder.onnx', 'decoder.onnx', tokens])).toBe('streaming-paraformer')
  const { modelConfig } = await readRecognitionModel(await senseVoice(), 1)
  expect(modelConfig).toMatchObject({ senseVoice: { model: expect.stringContaining('int8') as string } })
  await expect(readRecognitionModel(join(folder, 'nowhere'), 1)).rejects.toThrow('cannot be read')
  await expect(kindOf('empty', [])).rejects.toThrow('lacks tokens.txt')
  await expect(kindOf('whatever', ['model.onnx', tokens])).rejects.toThrow('unknown kind')
  const speech = async (name: string, files: string[]) => readSpeechModel(await modelDir(name, [...files, tokens]), 1)
  expect(await speech('kokoro', ['model.onnx', 'voices.bin', 'espeak-ng-data'])).toMatchObject({
    model: { kokoro: {} },
  })
  expect(await speech('matcha', ['model-steps-3.onnx', 'vocos-22khz.onnx'])).toMatchObject({ model: { matcha: {} } })
  await expect(speech('none', [])).rejects.toThrow('lacks a model')
})

test('the real package is there, and refuses what is no model', async () => {
  const sherpa = await loadSherpa()
  expect(typeof sherpa.OfflineRecognizer.createAsync).toBe('function')
  expect(typeof sherpa.SpeakerEmbeddingExtractor).toBe('function')
  await expect(loadSherpa('no-such-sherpa')).rejects.toThrow('cannot be loaded on this machine')
})

test('Silero decides where its model is there, and is asked in its own windows', async () => {
  await expect(loadSileroDetectors({ model: '/nowhere/silero.onnx', threshold: 0.5 })).rejects.toThrow('cannot be read')
  const model = join(await modelDir('silero', ['silero_vad.onnx']), 'silero_vad.onnx')
  const create = await loadSileroDetectors({ model, threshold: 0.5, module })
  using detector = create()
  const window = (value: number) => new Int16Array(480).fill(value)
  const said = [0, 0, 3_000, 3_000, 3_000, 0, 0, 0].map((value) => detector.hasVoice(window(value)))
  expect(said.slice(0, 2)).toEqual([false, false])
  expect(said.slice(3, 5)).toEqual([true, true])
  expect(said.at(-1)).toBe(false)
})

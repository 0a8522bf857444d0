import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'

export type RecognitionModel = {
  kind: 'sense-voice' | 'paraformer' | 'zipformer' | 'streaming-paraformer'
  modelConfig: object
}

type Files = { folder: string; names: string[] }

/**
 * Finds out what kind of recognition model a folder holds, by the files that sherpa-onnx publishes them with.
 * @throws Error that says what is missing
 */
export async function readRecognitionModel(folder: string, threads: number): Promise<RecognitionModel> {
  const files = await readFolder(folder, 'Recognition by sherpa')
  const tokens = required(files, /^tokens\.txt$/, 'tokens.txt')
  const common = { tokens, numThreads: threads, provider: 'cpu', debug: 0 }
  const [encoder, decoder, joiner] = ['encoder', 'decoder', 'joiner'].map((part) =>
    find(files, new RegExp(`^${part}.*\\.onnx$`)),
  )
  if (encoder && decoder && joiner) {
    return { kind: 'zipformer', modelConfig: { ...common, transducer: { encoder, decoder, joiner } } }
  }
  if (encoder && decoder)
    return { kind: 'streaming-paraformer', modelConfig: { ...common, paraformer: { encoder, decoder } } }
  const model = required(files, /^model.*\.onnx$/, 'model.onnx, or encoder, decoder and joiner')
  const name = basename(folder).toLowerCase()
  if (name.includes('paraformer')) return { kind: 'paraformer', modelConfig: { ...common, paraformer: { model } } }
  const senseVoice = { model, language: 'auto', useInverseTextNormalization: 1 }
  if (/sense-?voice/.test(name)) return { kind: 'sense-voice', modelConfig: { ...common, senseVoice } }
  throw new Error(
    `${folder} has a model of an unknown kind: its name must say sense-voice or paraformer, as the published folders' do`,
  )
}

/** What a folder has for synthesis: Kokoro (with voices), Matcha (with a vocoder) or VITS. @throws Error */
export async function readSpeechModel(folder: string, threads: number): Promise<object> {
  const files = await readFolder(folder, 'Synthesis by sherpa')
  const tokens = required(files, /^tokens\.txt$/, 'tokens.txt')
  const optional = {
    ...named('lexicon', find(files, /^lexicon.*\.txt$/)),
    ...named('dataDir', find(files, /^espeak-ng-data$/)),
  }
  const voices = find(files, /^voices\.bin$/)
  const vocoder = find(files, /(vocos|hifigan).*\.onnx$/)
  const acoustic = find(files, /^model-steps.*\.onnx$/)
  const common = { tokens, ...optional }
  const model = () => required(files, /^(?!vocos|hifigan).*\.onnx$/, 'a model (.onnx)')
  const kinds = voices
    ? { kokoro: { ...common, model: model(), voices } }
    : vocoder && acoustic
      ? { matcha: { ...common, acousticModel: acoustic, vocoder } }
      : { vits: { ...common, model: model() } }
  return { model: { ...kinds, numThreads: threads, provider: 'cpu', debug: 0 }, maxNumSentences: 1 }
}

async function readFolder(folder: string, what: string): Promise<Files> {
  try {
    return { folder, names: (await readdir(folder)).toSorted() }
  } catch (cause) {
    const cure = 'download a model of sherpa-onnx and unpack it there (docs/speech.md)'
    throw new Error(`${what} needs a model folder, and ${folder} cannot be read: ${cure}`, { cause })
  }
}

/** Of a model in two precisions the small one: it is quick, and hardly worse. */
function find({ folder, names }: Files, pattern: RegExp): string | undefined {
  const fitting = names.filter((name) => pattern.test(name))
  const name = fitting.find((one) => one.includes('int8')) ?? fitting[0]
  return name === undefined ? undefined : join(folder, name)
}

function required(files: Files, pattern: RegExp, what: string): string {
  const path = find(files, pattern)
  if (path === undefined) throw new Error(`${files.folder} is no model folder of sherpa-onnx: it lacks ${what}`)
  return path
}

const named = (name: string, value: string | undefined) => (value === undefined ? {} : { [name]: value })

import { Problem } from '@parley/contracts'
import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { abortable } from '../../domain/abortable.ts'
import { streamed } from '../../domain/adapters.ts'
import { listenRateHz, type Pcm, type Recogniser, type Recognition } from '../../domain/ports.ts'
import { requireProgram } from './program.ts'
import { makeGrammar, pickPronunciations, writeNumbers } from './grammar.ts'
import { prepareUtterance } from './prepare.ts'
import { openSphinxQueue, type SphinxQueue } from './sphinx-queue.ts'

export type SphinxRecogniserSettings = { batchPath: string; modelDir: string; timeoutMs?: number; bound?: number }

/**
 * How much worse, per 10 ms, a phrase may fit than a free sequence of phones, in PocketSphinx's log units. Measured on
 * synthesised speech: 98 % of the phrases that are right fit better, 86 % of other speech fits worse.
 */
const worstFit = -32
const silence = 'silence'
const frameSamples = listenRateHz / 100
/** Longer than any phrase. */
const longestPhraseMs = 6_000
/** Free speech takes about a quarter of its own time; what comes after this is not heard. */
const longestUtteranceMs = 20_000
/** The narrow beams that suit a large vocabulary lose phrases in so small a grammar. */
const wideBeams = ['-beam', '1e-100', '-pbeam', '1e-100', '-wbeam', '1e-80', '-topn', '8']

/**
 * English recognition on this machine by PocketSphinx, without any key: good at the phrases of `phrases.ts`, weak at
 * anything else. A phrase that fits worse than worstFit is not forced on the speaker: free speech is tried instead.
 * @throws Error naming the Debian packages when PocketSphinx or its model is missing.
 */
export async function openSphinxRecogniser(settings: SphinxRecogniserSettings): Promise<Recogniser & AsyncDisposable> {
  const { batchPath, modelDir, timeoutMs = 10_000, bound = 64 } = settings
  const [acoustic, dictionary, words, phones] = await findModel(batchPath, modelDir)
  await using stack = new AsyncDisposableStack()
  const folder = await makeFolder()
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const grammar = join(folder, 'phrases.gram')
  const pronunciations = join(folder, 'phrases.dict')
  await writeFile(grammar, makeGrammar())
  await writeFile(pronunciations, pickPronunciations(await readFile(dictionary, 'utf8')))

  const open = (options: string[]) =>
    stack.use(
      openSphinxQueue({ command: batchPath, folder, timeoutMs, bound, options: ['-hmm', acoustic, ...options] }),
    )
  const asPhrase = open(['-jsgf', grammar, '-dict', pronunciations, ...wideBeams])
  const asPhones = open([
    '-allphone',
    phones,
    '-dict',
    pronunciations,
    '-allphone_ci',
    'yes',
    '-lw',
    '2.0',
    '-topn',
    '8',
  ])
  const asWords = open(['-lm', words, '-dict', dictionary])
  const queues = [asPhrase, asPhones, asWords]
  await writeFile(join(folder, `${silence}.raw`), new Int16Array(frameSamples * 10))
  await warmUp(queues)

  async function recognise({ samples }: Pcm, { signal }: { signal: AbortSignal }): Promise<Recognition> {
    const prepared = prepareUtterance(samples.subarray(0, (longestUtteranceMs * listenRateHz) / 1_000))
    if (prepared.length === 0) return { text: '' }
    const id = randomUUID()
    const file = join(folder, `${id}.raw`)
    await writeFile(file, prepared, { mode: 0o600 })
    try {
      const short = prepared.length <= (longestPhraseMs * listenRateHz) / 1_000
      const phrase = short ? await hearPhrase(id, prepared.length, signal) : undefined
      return { text: phrase ?? (await asWords.ask(id, signal)).text, language: 'en' }
    } finally {
      await unlink(file)
    }
  }

  async function hearPhrase(id: string, samples: number, signal: AbortSignal): Promise<string | undefined> {
    // Both are waited for even when one fails: the file must stay until the last has read it.
    const asked = [asPhrase.ask(id, signal), asPhones.ask(id, signal)] as const
    await Promise.allSettled(asked)
    const [phrase, free] = await Promise.all(asked)
    const fit = (phrase.score - free.score) / (samples / frameSamples)
    return phrase.text !== '' && fit >= worstFit ? writeNumbers(phrase.text) : undefined
  }

  const owned = stack.move()
  const recogniser = streamed({
    name: 'local',
    capabilities: {
      streaming: false,
      partials: false,
      sampleRatesHz: [listenRateHz],
      languages: ['en'],
      opusIn: false,
      wordTimes: false,
      longestMs: longestUtteranceMs,
    },
    recognise: (utterance, { signal }) => abortable(recognise(utterance, { signal }), signal),
    check: () => queues.forEach((queue) => queue.check()),
  })
  return { ...recogniser, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function findModel(batchPath: string, modelDir: string): Promise<[string, string, string, string]> {
  await requireProgram(batchPath, ['-help'], 'Local recognition', 'pocketsphinx')
  const files = ['en-us', 'cmudict-en-us.dict', 'en-us.lm.bin', 'en-us-phone.lm.bin'].map((name) =>
    join(modelDir, name),
  )
  for (const file of files) {
    await access(file, constants.R_OK).catch((cause: unknown) => {
      throw new Error(`Local recognition needs ${file}: install the Debian package pocketsphinx-en-us`, { cause })
    })
  }
  return files as [string, string, string, string]
}

/** Utterances touch memory only, where the system has a place for that. */
async function makeFolder(): Promise<string> {
  const inMemory = await access('/dev/shm', constants.W_OK).then(
    () => true,
    () => false,
  )
  return mkdtemp(join(inMemory ? '/dev/shm' : tmpdir(), 'parley-audio-'))
}

/** The model is loaded when a first utterance, of silence, is answered. */
async function warmUp(queues: SphinxQueue[]): Promise<void> {
  const signal = AbortSignal.timeout(30_000)
  await Promise.all(queues.map((queue) => queue.ask(silence, signal))).catch((cause: unknown) => {
    throw new Problem('provider-failed', 'PocketSphinx does not start with its model', { cause })
  })
}

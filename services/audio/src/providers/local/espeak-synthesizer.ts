import { Problem } from '@parley/contracts'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { promisify } from 'node:util'
import { nextWithin } from '../next-within.ts'
import type { CatalogueVoice, Pcm, Sentence, Synthesizer } from '../../domain/ports.ts'
import { toEspeakOptions } from './espeak-voice.ts'
import { requireProgram } from './program.ts'
import { readWav } from './wav-stream.ts'

export type EspeakSettings = { path: string; timeoutMs?: number }

/**
 * Speech by espeak-ng, one child process a sentence: small, quick, robotic, in a hundred languages. The text goes in by
 * stdin, so that it is never an option and never meets a shell.
 * @throws Error naming the Debian package when espeak-ng cannot be run.
 */
export async function openEspeakSynthesizer({ path, timeoutMs = 5_000 }: EspeakSettings): Promise<Synthesizer> {
  await requireProgram(path, ['--version'], 'Local synthesis', 'espeak-ng')
  const languages = await readLanguages(path)

  async function* synthesise(
    { text, voice }: Sentence,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<Pcm, void, undefined> {
    signal.throwIfAborted()
    const options = toEspeakOptions(text, voice)
    if (!languages.has(options[1]!.split('+', 1)[0]!)) options[1] = 'en-us'
    const child = spawn(path, [...options, '-b', '1', '--stdin', '--stdout'], { stdio: ['pipe', 'pipe', 'ignore'] })
    const ended = exitOf(child)
    child.stdin.on('error', () => undefined)
    child.stdin.end(text)
    const pieces = readWav(child.stdout)
    try {
      for (;;) {
        const next = await nextWithin(pieces, timeoutMs, signal, 'The synthesizer')
        if (next.done) break
        yield next.value
      }
      const code = await ended
      if (code !== 0)
        throw new Problem('provider-failed', 'The synthesizer failed', { cause: `espeak-ng ended with ${code}` })
    } catch (error) {
      if (signal.aborted || error instanceof Problem) throw error
      throw new Problem('provider-failed', 'The synthesizer failed', { cause: error })
    } finally {
      child.kill('SIGKILL')
    }
  }

  return {
    name: 'local',
    capabilities: {
      streaming: true,
      languages: [...languages],
      sampleRatesHz: [22_050],
      opusOut: false,
      speed: true,
      pitch: true,
      volume: true,
      longestText: 5_000,
    },
    synthesise,
    voices: async () => [...languages].map((tag): CatalogueVoice => ({ name: tag, title: tag, languages: [tag] })),
    check: () => undefined,
  }
}

/** How a child ended: its exit code, or the error that kept it from starting. */
function exitOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, signal) => resolve(code ?? String(signal)))
  })
}

/** The voices that this espeak-ng has: it refuses a name that it does not know. */
async function readLanguages(path: string): Promise<Set<string>> {
  const { stdout } = await promisify(execFile)(path, ['--voices'])
  const rows = stdout
    .split('\n')
    .slice(1)
    .map((row) => row.trim().split(/\s+/))
  return new Set(rows.flatMap(([, tag]) => (tag ? [tag] : [])))
}

import { spawn } from 'node:child_process'
import { buffer } from 'node:stream/consumers'
import { decodeWav, resample } from './wav.ts'
import { encodeSpeech, type Pcm } from './opus.ts'

/** How fast the artificial person talks, in words a minute. */
const wordsPerMinute = 150

/**
 * Speech of an artificial person, as a microphone hears it: 16 kHz, with a little silence around.
 * @throws Error when espeak-ng is missing or fails.
 */
export async function speak(text: string, { voice = 'en-us' }: { voice?: string } = {}): Promise<Pcm> {
  const child = spawn('espeak-ng', ['-v', voice, '-s', String(wordsPerMinute), '--stdin', '--stdout'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  child.stdin.end(text)
  const [wav, code] = await Promise.all([buffer(child.stdout), ended])
  if (code !== 0) throw new Error(`espeak-ng ended with code ${code}`)
  return withSilence(resample(decodeWav(wav), 16_000), 200)
}

function withSilence({ samples, sampleRateHz }: Pcm, ms: number): Pcm {
  const silence = Math.round((sampleRateHz * ms) / 1_000)
  const result = new Int16Array(samples.length + 2 * silence)
  result.set(samples, silence)
  return { samples: result, sampleRateHz }
}

/** The same as Opus packets. */
export async function speakPackets(
  text: string,
  options: { voice?: string; frameMs?: number } = {},
): Promise<Uint8Array[]> {
  return encodeSpeech(await speak(text, options), options.frameMs)
}

/** Packets of silence, as a microphone makes them. */
export function silencePackets(ms: number, frameMs = 60): Promise<Uint8Array[]> {
  return encodeSpeech({ samples: new Int16Array((16_000 * ms) / 1_000), sampleRateHz: 16_000 }, frameMs)
}

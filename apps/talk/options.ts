import { parseArgs } from 'node:util'

export type TalkOptions = {
  /** What to say: speech made of a text, a recording, or typed text. */
  say?: string
  wav?: string
  text?: string
  /** An OTA address (http) or a WebSocket address (ws). */
  url: string
  out: string
  loop: number
  mode: 'auto' | 'manual'
  device: string
  voice: string
}

export const usage = `npm run talk -- [options]: a virtual device on the terminal

  --say TEXT      say this aloud to Parley (made by espeak-ng)
  --wav FILE      say this recording (16-bit PCM)
  --text TEXT     type this instead of saying it
  --url URL       OTA address (http://…/xiaozhi/ota/) or WebSocket address (ws://…);
                  PARLEY_OTA_URL, else http://127.0.0.1:8000/xiaozhi/ota/, when left out
  --out FILE      where the answer goes; reply.wav when left out
  --mode MODE     auto: silence ends what you say; manual: push to talk
  --loop N        say it N times in one connection and sum the timings up
  --device MAC    which device to be; 02:70:61:72:6c:01 when left out
  --voice NAME    the espeak-ng voice of --say; en-us when left out
`

/** What the command line asks for. @throws UsageError saying what is wrong with it. */
export function readOptions(args: string[]): TalkOptions | 'help' {
  const values = parse(args)
  if (values.help) return 'help'
  const sources = [values.say, values.wav, values.text].filter((value) => value !== undefined)
  if (sources.length !== 1) throw new UsageError('one of --say, --wav and --text is needed')
  const loop = Number(values.loop)
  if (!Number.isInteger(loop) || loop < 1 || loop > 1_000)
    throw new UsageError('--loop takes a whole number from 1 to 1000')
  if (values.mode !== 'auto' && values.mode !== 'manual') throw new UsageError('--mode is auto or manual')
  if (!/^(https?|wss?):\/\//.test(values.url))
    throw new UsageError('--url starts with http://, https://, ws:// or wss://')
  return { ...values, mode: values.mode, loop }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        say: { type: 'string' },
        wav: { type: 'string' },
        text: { type: 'string' },
        url: { type: 'string', default: process.env['PARLEY_OTA_URL'] ?? 'http://127.0.0.1:8000/xiaozhi/ota/' },
        out: { type: 'string', default: 'reply.wav' },
        loop: { type: 'string', default: '1' },
        mode: { type: 'string', default: 'auto' },
        device: { type: 'string', default: '02:70:61:72:6c:01' },
        voice: { type: 'string', default: 'en-us' },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

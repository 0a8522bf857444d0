import type { OpusFormat, RecordingOf } from '@parley/contracts'
import type { NewRecording, Recorder } from '../domain/recordings.ts'
import { createOggWriter } from '../domain/ogg-writer.ts'

/** Has packets kept as Ogg Opus, when there are any and somebody keeps them. */
export function keepTape(
  recorder: Recorder | undefined,
  packets: readonly Uint8Array[],
  about: RecordingOf & Pick<NewRecording, 'side'>,
  format: OpusFormat,
): void {
  if (!recorder || packets.length === 0) return
  const writer = createOggWriter(format)
  const ogg = Buffer.concat([writer.head(), writer.packets(packets), writer.end()])
  recorder.keep({ ...about, durationMs: packets.length * format.frameMs, ogg })
}

import {
  audio,
  encodeUplink,
  speech,
  type SoundFormat,
  type SynthesizeInput,
  type TranscribePart,
} from '@parley/contracts'
import { personOf, type Exchange } from './route.ts'

/** As much as one upload may have; the audio service has a limit of its own. */
export const mostSoundBytes = 25 * 1024 * 1024
/** The bus takes no larger messages than a megabyte. */
const pieceBytes = 256 * 1024
const linkLifeS = 3_600

export const soundTypes: Record<SoundFormat, string> = {
  mp3: 'audio/mpeg',
  opus: 'audio/ogg',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
}

export type Transcript = Extract<TranscribePart, { type: 'final' }>
type Calling = Pick<Exchange, 'bus' | 'newId' | 'signal'>

/** Sends a file to whoever asks for it: so many bytes more, each time, and at the end that it is the end. */
export function sendFile(bus: Exchange['bus'], id: string, file: Buffer): (bytes: number) => void {
  const publish = (data: Uint8Array) => bus.publishBytes(audio.up, data, { tokens: { listenId: id } })
  let sequence = 0
  let at = 0
  let ended = false
  return (bytes) => {
    for (const end = Math.min(file.length, at + bytes); at < end;) {
      const packet = file.subarray(at, Math.min(at + pieceBytes, end))
      publish(encodeUplink({ kind: 'frame', sequence: sequence++, packet }))
      at += packet.length
    }
    if (at < file.length || ended) return
    ended = true
    publish(encodeUplink({ kind: 'end', sequence }))
  }
}

/** Has a file written down: it goes out in pieces, as fast as they are asked for. */
export async function transcribe(
  file: Buffer,
  language: string | undefined,
  { bus, newId, signal }: Calling,
): Promise<Transcript> {
  const transcriptionId = newId()
  const send = sendFile(bus, transcriptionId, file)
  for await (const part of bus.stream(speech.transcribeFile, { transcriptionId, language }, { signal })) {
    if (part.type === 'final') return part
    send(part.bytes)
  }
  throw new Error('The transcription ended without a result')
}

/** Says a text into a file that is kept for a week; a link for an hour. */
export async function synthesizeToLink(input: SynthesizeInput, exchange: Exchange) {
  const { bus, store, signal } = exchange
  const { userId } = personOf(exchange)
  const { format } = input
  const stored = await store.put(
    {
      retention: 'temporary',
      name: `speech.${format === 'opus' ? 'ogg' : format}`,
      contentType: soundTypes[format],
      body: bus.stream(speech.synthesize, input, { signal }),
      metadata: { owner: userId },
    },
    { signal },
  )
  return { audio_url: await store.signUrl(stored.key, { expiresInS: linkLifeS }), format, size: stored.size }
}

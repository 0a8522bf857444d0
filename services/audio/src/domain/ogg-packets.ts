import { Problem } from '@parley/contracts'
import type { OpusPackets } from './ports.ts'

const headerBytes = 27
const mostPending = 1_000_000

/** Takes the bytes of an Ogg stream, cut anywhere, and gives the packets that are complete. */
export type OggReader = { push: (bytes: Uint8Array) => Uint8Array[] }

/** Reads the packets out of the pages of one logical Ogg stream (RFC 3533); its headers are packets as well. @throws Error */
export function createOggReader(): OggReader {
  let held: Buffer = Buffer.alloc(0)
  let open: Buffer[] = []

  return {
    push: (bytes) => {
      held = Buffer.concat([held, bytes])
      if (held.length > mostPending) throw new Error('An Ogg page is too long')
      const packets: Uint8Array[] = []
      for (;;) {
        if (held.length < headerBytes) return packets
        if (held.toString('latin1', 0, 4) !== 'OggS') throw new Error('This is no Ogg page')
        const segments = held[26]!
        const bodyAt = headerBytes + segments
        if (held.length < bodyAt) return packets
        const lacing = held.subarray(headerBytes, bodyAt)
        const end = bodyAt + lacing.reduce((sum, size) => sum + size, 0)
        if (held.length < end) return packets
        let at = bodyAt
        for (const size of lacing) {
          open.push(held.subarray(at, at + size))
          at += size
          // A segment that is not full ends its packet.
          if (size === 255) continue
          packets.push(new Uint8Array(Buffer.concat(open)))
          open = []
        }
        held = held.subarray(end)
      }
    },
  }
}

const isHeader = (packet: Uint8Array) => /^Opus(Head|Tags)/.test(Buffer.from(packet.subarray(0, 8)).toString('latin1'))

/** The sound of an Ogg Opus stream (RFC 7845), without its headers. Mono is all that devices take. */
export async function* toOpusPackets(source: AsyncIterable<Uint8Array>): AsyncGenerator<OpusPackets, void, undefined> {
  const reader = createOggReader()
  for await (const bytes of source) {
    const packets = readOgg(reader, bytes)
    const sound = packets.filter((packet) => packet.length > 0 && !isHeader(packet))
    if (sound.length > 0) yield { packets: sound }
  }
}

function readOgg(reader: OggReader, bytes: Uint8Array): Uint8Array[] {
  try {
    return reader.push(bytes)
  } catch (cause) {
    throw new Problem('provider-failed', 'The sound is no Ogg Opus', { cause })
  }
}

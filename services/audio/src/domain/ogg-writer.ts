import { randomInt } from 'node:crypto'

/** Granule positions of Ogg Opus are at 48 kHz, whatever the sound's own rate is. */
const granuleHz = 48_000
const mostSegments = 255
const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1
  return value >>> 0
})

/** Makes an Ogg Opus file (RFC 7845) of mono packets of one duration, page by page. */
export type OggWriter = {
  /** What a file begins with. */
  head: () => Uint8Array
  /** One page; as many packets as fit are taken in one. */
  packets: (packets: readonly Uint8Array[]) => Uint8Array
  /** The last page, which is empty. */
  end: () => Uint8Array
}

export function createOggWriter({ sampleRateHz, frameMs }: { sampleRateHz: number; frameMs: number }): OggWriter {
  const serial = randomInt(2 ** 31)
  let page = 0
  let granule = 0

  function toPage(packets: readonly Uint8Array[], flags: number): Uint8Array {
    const lacing = packets.flatMap(({ length }) => [...Array<number>(Math.floor(length / 255)).fill(255), length % 255])
    const header = Buffer.alloc(27 + lacing.length)
    header.write('OggS', 0, 'latin1')
    header[5] = flags
    header.writeBigUInt64LE(BigInt(granule), 6)
    header.writeUInt32LE(serial, 14)
    header.writeUInt32LE(page++, 18)
    header[26] = lacing.length
    header.set(lacing, 27)
    const bytes = Buffer.concat([header, ...packets])
    bytes.writeUInt32LE(checksum(bytes), 22)
    return bytes
  }

  return {
    head: () => {
      const about = Buffer.alloc(19)
      about.write('OpusHead', 0, 'latin1')
      about[8] = 1
      about[9] = 1
      about.writeUInt32LE(sampleRateHz, 12)
      const vendor = Buffer.from('parley')
      const tags = Buffer.alloc(8 + 4 + vendor.length + 4)
      tags.write('OpusTags', 0, 'latin1')
      tags.writeUInt32LE(vendor.length, 8)
      tags.set(vendor, 12)
      return Buffer.concat([toPage([about], 2), toPage([tags], 0)])
    },
    packets: (packets) => {
      const pages: Uint8Array[] = []
      let taken: Uint8Array[] = []
      let segments = 0
      const flush = () => {
        if (taken.length === 0) return
        granule += (taken.length * frameMs * granuleHz) / 1_000
        pages.push(toPage(taken, 0))
        taken = []
        segments = 0
      }
      for (const packet of packets) {
        const needed = Math.floor(packet.length / 255) + 1
        if (segments + needed > mostSegments) flush()
        taken.push(packet)
        segments += needed
      }
      flush()
      return Buffer.concat(pages)
    },
    end: () => toPage([], 4),
  }
}

function checksum(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) crc = ((crc << 8) ^ crcTable[((crc >>> 24) ^ byte) & 0xff]!) >>> 0
  return crc
}

/** The CRC of Ogg: polynomial 0x04c11db7, not reflected. */
const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1
  return value
})

const serial = 0x5061726c
const flag = { first: 2, last: 4 }
const packetsPerPage = 50
/** Positions in Ogg Opus count at 48 kHz whatever the input was (RFC 7845). */
const positionsPerMs = 48
const preSkip = 312

/** Packets of one duration as an Ogg Opus file (RFC 7845), in pages of about a second. */
export function toOggOpus(packets: readonly Uint8Array[], packetMs: number, sampleRateHz: number): Buffer[] {
  const pages = [page([opusHead(sampleRateHz)], 0, 0, flag.first), page([opusTags()], 0, 1, 0)]
  for (let at = 0; at < packets.length; at += packetsPerPage) {
    const some = packets.slice(at, at + packetsPerPage)
    const position = (at + some.length) * packetMs * positionsPerMs
    pages.push(page(some, position, pages.length, at + some.length === packets.length ? flag.last : 0))
  }
  return pages
}

/** The Opus packets of a file, without its two heads; undefined for what is no Ogg Opus. */
export function fromOggOpus(bytes: Uint8Array): Uint8Array[] | undefined {
  const packets: Uint8Array[] = []
  let unfinished: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    if (Buffer.from(bytes.subarray(at, at + 4)).toString('latin1') !== 'OggS') return undefined
    const segments = bytes[at + 26] ?? 0
    const lacing = bytes.subarray(at + 27, at + 27 + segments)
    at += 27 + segments
    for (const length of lacing) {
      if (at + length > bytes.length) return undefined
      unfinished.push(bytes.subarray(at, at + length))
      at += length
      if (length === 255) continue
      packets.push(Buffer.concat(unfinished))
      unfinished = []
    }
  }
  const [head, , ...audio] = packets
  return head && Buffer.from(head.subarray(0, 8)).toString('latin1') === 'OpusHead' ? audio : undefined
}

/** How long one Opus packet is, in milliseconds, by its first byte (RFC 6716, 3.1); 0 for what is none. */
export function opusPacketMs(packet: Uint8Array): number {
  const [first = 0, second = 0] = packet
  if (packet.length === 0) return 0
  const config = first >> 3
  const frameMs =
    config < 12 ? [10, 20, 40, 60][config & 3] : config < 16 ? [10, 20][config & 1] : [2.5, 5, 10, 20][config & 3]
  const frames = [1, 2, 2, second & 63][first & 3] as number
  return (frameMs ?? 0) * frames
}

function page(packets: readonly Uint8Array[], position: number, number: number, flags: number): Buffer {
  const lacing = packets.flatMap(({ length }) => [...Array<number>(Math.floor(length / 255)).fill(255), length % 255])
  const head = Buffer.alloc(27)
  head.write('OggS', 0)
  head[5] = flags
  head.writeBigUInt64LE(BigInt(position), 6)
  head.writeUInt32LE(serial, 14)
  head.writeUInt32LE(number, 18)
  head[26] = lacing.length
  const bytes = Buffer.concat([head, Buffer.from(lacing), ...packets])
  bytes.writeUInt32LE(crc(bytes), 22)
  return bytes
}

function opusHead(sampleRateHz: number): Buffer {
  const head = Buffer.alloc(19)
  head.write('OpusHead', 0)
  head[8] = 1
  head[9] = 1
  head.writeUInt16LE(preSkip, 10)
  head.writeUInt32LE(sampleRateHz, 12)
  return head
}

function opusTags(): Buffer {
  const vendor = 'parley'
  const tags = Buffer.alloc(8 + 4 + vendor.length + 4)
  tags.write('OpusTags', 0)
  tags.writeUInt32LE(vendor.length, 8)
  tags.write(vendor, 12)
  return tags
}

function crc(bytes: Buffer): number {
  let value = 0
  for (const byte of bytes) value = (value << 8) ^ (crcTable[((value >>> 24) ^ byte) & 0xff] as number)
  return value >>> 0
}

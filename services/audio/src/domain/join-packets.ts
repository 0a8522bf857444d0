const mostFrames = 48
/** Of one frame, in an Opus packet whose first number of this is a configuration (RFC 6716, table 2), in milliseconds. */
const silkMs = [10, 20, 40, 60]
const hybridMs = [10, 20]
const celtMs = [2.5, 5, 10, 20]

/** Makes of a vendor's Opus packets, of whatever duration, those of the duration that a device wants, without decoding them. */
export type PacketJoiner = {
  push: (packets: readonly Uint8Array[]) => Uint8Array[]
  /** The last packet, filled up with frames that say nothing. */
  flush: () => Uint8Array[]
}

type Frame = { config: number; durationMs: number; bytes: Uint8Array }

/** How long a packet lasts, in milliseconds; undefined for what is none. */
export function packetDurationMs(packet: Uint8Array): number | undefined {
  const frames = readFrames(packet)
  return frames && frames.length * frames[0]!.durationMs
}

/**
 * Frames of one configuration share a packet. Where a vendor's encoder changes its mind within a packet, that packet is filled up
 * with empty frames, which a decoder conceals, so that every packet lasts as long as the pacing takes it to.
 * @throws RangeError for packets whose frames do not fit into the wanted duration
 */
export function createPacketJoiner(frameMs: number): PacketJoiner {
  let held: Frame[] = []

  function close(): Uint8Array[] {
    const [first] = held
    if (!first) return []
    const wanted = frameMs / first.durationMs
    const frames = held.map(({ bytes }) => bytes)
    while (frames.length < wanted) frames.push(new Uint8Array(0))
    held = []
    return [writePacket(first.config, frames)]
  }

  return {
    push: (packets) => {
      const made: Uint8Array[] = []
      for (const packet of packets) {
        for (const frame of readFrames(packet) ?? []) {
          if (!Number.isInteger(frameMs / frame.durationMs)) throw new RangeError(`Frames of ${frame.durationMs} ms`)
          if (held.length > 0 && held[0]!.config !== frame.config) made.push(...close())
          held.push(frame)
          if (held.length * frame.durationMs === frameMs) made.push(...close())
        }
      }
      return made
    },
    flush: close,
  }
}

/** The frames of a packet (RFC 6716, section 3.2); undefined for what is no mono packet. */
function readFrames(packet: Uint8Array): Frame[] | undefined {
  const [first] = packet
  if (first === undefined || first & 4) return undefined
  const config = first >> 3
  const durationMs = config < 12 ? silkMs[config & 3]! : config < 16 ? hybridMs[config & 1]! : celtMs[config & 3]!
  const pieces = cut(packet, first & 3)
  return pieces?.map((bytes) => ({ config, durationMs, bytes }))
}

function cut(packet: Uint8Array, code: number): Uint8Array[] | undefined {
  if (code === 0) return [packet.subarray(1)]
  if (code === 1) {
    const half = (packet.length - 1) / 2
    return Number.isInteger(half) ? [packet.subarray(1, 1 + half), packet.subarray(1 + half)] : undefined
  }
  if (code === 2) {
    const length = readLength(packet, 1)
    return length && [packet.subarray(length.at, length.at + length.size), packet.subarray(length.at + length.size)]
  }
  return cutMany(packet)
}

function cutMany(packet: Uint8Array): Uint8Array[] | undefined {
  const [, about = 0] = packet
  const count = about & 63
  let at = 2
  let padding = 0
  if (about & 64) {
    for (let more = true; more;) {
      const size = packet[at++] ?? 0
      padding += size === 255 ? 254 : size
      more = size === 255
    }
  }
  const sizes: number[] = []
  if (about & 128) {
    for (let index = 0; index + 1 < count; index++) {
      const length = readLength(packet, at)
      if (!length) return undefined
      sizes.push(length.size)
      at = length.at
    }
    sizes.push(packet.length - padding - at - sizes.reduce((sum, size) => sum + size, 0))
  } else sizes.push(...Array<number>(count).fill((packet.length - padding - at) / count))
  if (count === 0 || count > mostFrames || sizes.some((size) => size < 0 || !Number.isInteger(size))) return undefined
  return sizes.map((size) => packet.subarray(at, (at += size)))
}

function readLength(packet: Uint8Array, at: number): { size: number; at: number } | undefined {
  const first = packet[at]
  if (first === undefined) return undefined
  return first < 252 ? { size: first, at: at + 1 } : { size: (packet[at + 1] ?? 0) * 4 + first, at: at + 2 }
}

/** One frame as it is; several with a length each. */
function writePacket(config: number, frames: readonly Uint8Array[]): Uint8Array {
  if (frames.length === 1) return Buffer.concat([Uint8Array.of(config << 3), frames[0]!])
  const lengths = frames.slice(0, -1).flatMap(({ length }) => {
    if (length < 252) return [length]
    const low = 252 + (length & 3)
    return [low, (length - low) / 4]
  })
  return Buffer.concat([Uint8Array.of((config << 3) | 3, 128 | frames.length, ...lengths), ...frames])
}

/**
 * One message of `audio.v1.{listenId}.up`: a kind, a sequence number that starts at 0 with each listening (so that the
 * listener can tell a lost frame from silence), and for `frame` one Opus packet.
 */
export type UplinkMessage = { kind: 'frame'; sequence: number; packet: Uint8Array } | { kind: 'end'; sequence: number }

const frameKind = 0
const endKind = 1
const headerBytes = 5

export function encodeUplink(message: UplinkMessage): Uint8Array {
  const packet = message.kind === 'frame' ? message.packet : undefined
  const bytes = new Uint8Array(headerBytes + (packet?.length ?? 0))
  bytes[0] = packet ? frameKind : endKind
  new DataView(bytes.buffer).setUint32(1, message.sequence)
  if (packet) bytes.set(packet, headerBytes)
  return bytes
}

/** Gives undefined for what is not an uplink message. The packet is a view of the given bytes. */
export function decodeUplink(bytes: Uint8Array): UplinkMessage | undefined {
  if (bytes.length < headerBytes) return undefined
  const sequence = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1)
  if (bytes[0] === frameKind) return { kind: 'frame', sequence, packet: bytes.subarray(headerBytes) }
  if (bytes[0] === endKind) return { kind: 'end', sequence }
  return undefined
}

/**
 * One message of `audio.v1.{listenId}.up`: a kind, a sequence number that starts at 0 with each listening (so that the
 * listener can tell a lost frame from silence), and for `frame` one Opus packet. A `limit` is out of sequence: from now on so
 * much silence ends the utterance.
 */
export type UplinkMessage =
  | { kind: 'frame'; sequence: number; packet: Uint8Array }
  | { kind: 'end'; sequence: number }
  | { kind: 'limit'; silenceMs: number }

const frameKind = 0
const endKind = 1
const limitKind = 2
const headerBytes = 5
/** What `Endpointing` allows. */
const leastSilenceMs = 100
const mostSilenceMs = 5_000

/** For a `limit` the number in the header is the milliseconds. */
export function encodeUplink(message: UplinkMessage): Uint8Array {
  const packet = message.kind === 'frame' ? message.packet : undefined
  const bytes = new Uint8Array(headerBytes + (packet?.length ?? 0))
  bytes[0] = message.kind === 'limit' ? limitKind : packet ? frameKind : endKind
  new DataView(bytes.buffer).setUint32(1, message.kind === 'limit' ? message.silenceMs : message.sequence)
  if (packet) bytes.set(packet, headerBytes)
  return bytes
}

/** Gives undefined for what is not an uplink message. The packet is a view of the given bytes. */
export function decodeUplink(bytes: Uint8Array): UplinkMessage | undefined {
  if (bytes.length < headerBytes) return undefined
  const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1)
  if (bytes[0] === frameKind) return { kind: 'frame', sequence: number, packet: bytes.subarray(headerBytes) }
  if (bytes[0] === endKind) return { kind: 'end', sequence: number }
  if (bytes[0] !== limitKind || number < leastSilenceMs || number > mostSilenceMs) return undefined
  return { kind: 'limit', silenceMs: number }
}

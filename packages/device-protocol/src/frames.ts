/**
 * Binary audio framings of the xiaozhi WebSocket, in both directions. Which one a connection uses is said by its
 * `Protocol-Version` header alone: 1 is the bare Opus packet, 2 has a 16-byte header with a timestamp, 3 a 4-byte one.
 */
export type FrameVersion = 1 | 2 | 3

export type AudioFrame = {
  packet: Uint8Array
  /** Version 2 only: the time of the downlink packet that was playing when this one was recorded; 0 if none was. */
  timestampMs: number
}

const headerBytes = { 1: 0, 2: 16, 3: 4 } as const

/** An absent or unknown header means bare packets. */
export function readFrameVersion(header: string | undefined): FrameVersion {
  const version = Number(header)
  return version === 2 || version === 3 ? version : 1
}

/** The device trusts the size in the header blindly, so it is always exact. */
export function encodeFrame(version: FrameVersion, packet: Uint8Array, timestampMs = 0): Uint8Array {
  if (version === 1) return packet
  const bytes = new Uint8Array(headerBytes[version] + packet.length)
  const view = new DataView(bytes.buffer)
  if (version === 2) {
    view.setUint16(0, 2)
    view.setUint32(8, timestampMs >>> 0)
    view.setUint32(12, packet.length)
  } else {
    view.setUint16(2, packet.length)
  }
  bytes.set(packet, headerBytes[version])
  return bytes
}

/**
 * Gives undefined for bytes that are not one whole frame. Version and type are not checked: a gateway in the field
 * sends zeros there.
 */
export function decodeFrame(version: FrameVersion, bytes: Uint8Array): AudioFrame | undefined {
  const header = headerBytes[version]
  if (bytes.length < header) return undefined
  if (version === 1) return { packet: bytes, timestampMs: 0 }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = version === 2 ? view.getUint32(12) : view.getUint16(2)
  if (size > bytes.length - header) return undefined
  return { packet: bytes.subarray(header, header + size), timestampMs: version === 2 ? view.getUint32(8) : 0 }
}

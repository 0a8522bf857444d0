import { gunzipSync, gzipSync } from 'node:zlib'

/** A frame of the vendor's binary protocol, read and written apart from the product's own codec. */
export type Wire = {
  type: number
  flags: number
  serialization: number
  compression: number
  code?: number
  sequence?: number
  event?: number
  id?: string
  payload: Buffer
}

const noId = [1, 2]

/** @throws Error saying what is wrong with it, as strict as the vendor's document is */
export function readWire(bytes: Buffer): Wire {
  if (bytes.length < 8) throw new Error('shorter than a header')
  if (bytes[0] !== 0x11) throw new Error(`begins with ${bytes[0]?.toString(16)}, not 11`)
  if (bytes[3] !== 0) throw new Error('its reserved byte is not 0')
  const wire: Wire = {
    type: bytes[1]! >>> 4,
    flags: bytes[1]! & 15,
    serialization: bytes[2]! >>> 4,
    compression: bytes[2]! & 15,
    payload: Buffer.alloc(0),
  }
  let at = 4
  if (wire.type === 15) {
    wire.code = bytes.readUInt32BE(at)
    at += 4
  }
  if (wire.flags === 1 || wire.flags === 3) {
    wire.sequence = bytes.readInt32BE(at)
    at += 4
  }
  if (wire.flags === 4) {
    wire.event = bytes.readInt32BE(at)
    at += 4
    if (!noId.includes(wire.event)) {
      const length = bytes.readUInt32BE(at)
      wire.id = bytes.toString('utf8', at + 4, at + 4 + length)
      at += 4 + length
    }
  }
  const size = bytes.readUInt32BE(at)
  at += 4
  if (bytes.length !== at + size) throw new Error(`says ${size} bytes of payload, and has ${bytes.length - at}`)
  wire.payload = wire.compression === 1 ? gunzipSync(bytes.subarray(at)) : bytes.subarray(at)
  return wire
}

export function writeWire(wire: Wire): Buffer {
  const head = Buffer.from([0x11, (wire.type << 4) | wire.flags, (wire.serialization << 4) | wire.compression, 0])
  const fields: Buffer[] = []
  const u32 = (value: number) => {
    const field = Buffer.alloc(4)
    field.writeUInt32BE(value >>> 0)
    fields.push(field)
  }
  if (wire.code !== undefined) u32(wire.code)
  if (wire.sequence !== undefined) u32(wire.sequence)
  if (wire.event !== undefined) {
    u32(wire.event)
    if (!noId.includes(wire.event)) {
      const id = Buffer.from(wire.id ?? '')
      u32(id.length)
      fields.push(id)
    }
  }
  const payload = wire.compression === 1 ? gzipSync(wire.payload) : wire.payload
  u32(payload.length)
  return Buffer.concat([head, ...fields, payload])
}

export function toJsonPayload(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

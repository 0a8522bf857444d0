/**
 * One message of a stream, producer to consumer: a kind, a sequence number over all of them (a gap means that the
 * transport lost something), and a body: nothing, chunks (each with its length before it), or a problem.
 */
export const part = { accepted: 0, chunks: 1, end: 2, problem: 3, alive: 4 } as const
export type PartKind = (typeof part)[keyof typeof part]

/** Consumer to producer: more credit, a cancellation with its reason, or a sign of life. */
export const control = { credit: 0, cancel: 1, alive: 2 } as const
export type ControlKind = (typeof control)[keyof typeof control]

const partHeaderBytes = 5
const nothing = new Uint8Array(0)

export function encodePart(kind: PartKind, sequence: number, body: Uint8Array = nothing): Uint8Array {
  const bytes = new Uint8Array(partHeaderBytes + body.length)
  bytes[0] = kind
  new DataView(bytes.buffer).setUint32(1, sequence)
  bytes.set(body, partHeaderBytes)
  return bytes
}

const lengthBytes = 4

/** A chunk as text (JSON) or bytes, with its size on the wire. */
export type Chunk = { content: string | Uint8Array; size: number }

/** Chunks that became ready together travel together: on a busy stream a message each would cost most of the time. */
export function encodeChunks(sequence: number, chunks: Chunk[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(chunks.reduce((sum, { size }) => sum + lengthBytes + size, partHeaderBytes))
  bytes[0] = part.chunks
  bytes.writeUInt32BE(sequence, 1)
  let at = partHeaderBytes
  for (const { content, size } of chunks) {
    at = bytes.writeUInt32BE(size, at)
    if (typeof content === 'string') bytes.write(content, at)
    else bytes.set(content, at)
    at += size
  }
  return bytes
}

/** The chunks of a body, as views of it; undefined when a length does not fit. */
export function decodeChunks(body: Uint8Array): Uint8Array[] | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const chunks: Uint8Array[] = []
  for (let at = 0; at < body.length;) {
    if (at + lengthBytes > body.length) return undefined
    const start = at + lengthBytes
    at = start + view.getUint32(at)
    if (at > body.length) return undefined
    chunks.push(body.subarray(start, at))
  }
  return chunks
}

export function decodePart(bytes: Uint8Array): { kind: PartKind; sequence: number; body: Uint8Array } | undefined {
  const kind = bytes[0]
  if (bytes.length < partHeaderBytes || kind === undefined || kind > part.alive) return undefined
  const sequence = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1)
  return { kind: kind as PartKind, sequence, body: bytes.subarray(partHeaderBytes) }
}

export function encodeCredit(count: number): Uint8Array {
  const bytes = new Uint8Array(5)
  bytes[0] = control.credit
  new DataView(bytes.buffer).setUint32(1, count)
  return bytes
}

export function encodeControl(kind: ControlKind): Uint8Array {
  return Uint8Array.of(kind)
}

export function decodeControl(bytes: Uint8Array): { kind: ControlKind; credit: number } | undefined {
  const kind = bytes[0]
  if (kind === control.credit && bytes.length === 5) {
    return { kind, credit: new DataView(bytes.buffer, bytes.byteOffset).getUint32(1) }
  }
  return kind === control.cancel || kind === control.alive ? { kind, credit: 0 } : undefined
}

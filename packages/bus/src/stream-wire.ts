/**
 * One message of a stream, producer to consumer: a kind, a sequence number over all of them (a gap means that the
 * transport lost something), and a body: nothing, a chunk, or a problem.
 */
export const part = { accepted: 0, chunk: 1, end: 2, problem: 3, alive: 4 } as const
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

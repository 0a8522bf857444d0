import { Problem } from '@parley/contracts'

/** Of a message in a callback, before base64. */
const mostBytes = 48 * 1_024
const headBytes = 8

/**
 * Reads a message of a room: four letters that say what it is, the length of the rest (big-endian), JSON.
 * @throws Problem `bad-request` for anything else
 */
export function readTlv(bytes: Buffer): { magic: string; value: unknown } {
  if (bytes.length < headBytes || bytes.length > mostBytes + headBytes) throw notOne()
  const value = bytes.subarray(headBytes)
  if (bytes.readUInt32BE(4) !== value.length) throw notOne()
  try {
    return { magic: bytes.toString('latin1', 0, 4), value: JSON.parse(value.toString()) as unknown }
  } catch {
    throw notOne()
  }
}

function notOne(): Problem {
  return new Problem('bad-request', 'This is no message of a room')
}

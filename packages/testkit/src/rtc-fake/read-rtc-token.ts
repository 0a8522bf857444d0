import { createHmac, timingSafeEqual } from 'node:crypto'

/** What an RTC room reads of a token. Times are seconds since 1970; 0 is never. */
export type RtcTokenContent = {
  appId: string
  nonce: number
  issuedAt: number
  expireAt: number
  roomId: string
  userId: string
  /** Until when, by number: 0 publish, 1 sound, 2 pictures, 3 data, 4 subscribe. */
  privileges: Record<number, number>
}

const head = '001'
const appIdLength = 24

/** Reads a token as an RTC room does. @throws Error when it is none, or not signed with this key */
export function readRtcToken(token: string, appKey: string): RtcTokenContent {
  if (!token.startsWith(head)) throw new Error('The token is of another version')
  const appId = token.slice(head.length, head.length + appIdLength)
  const content = createReader(Buffer.from(token.slice(head.length + appIdLength), 'base64'))
  const message = content.sized()
  const signature = content.sized()
  if (content.left() > 0) throw new Error('The token has more than it should')
  const expected = createHmac('sha256', appKey).update(message).digest()
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
    throw new Error('The token is not signed with the key of the app')
  return { appId, ...readMessage(message) }
}

function readMessage(message: Buffer): Omit<RtcTokenContent, 'appId'> {
  const reader = createReader(message)
  const times = { nonce: reader.u32(), issuedAt: reader.u32(), expireAt: reader.u32() }
  const names = { roomId: reader.sized().toString(), userId: reader.sized().toString() }
  const privileges: Record<number, number> = {}
  let last = -1
  for (let count = reader.u16(); count > 0; count--) {
    const privilege = reader.u16()
    if (privilege <= last) throw new Error('The privileges are not in ascending order')
    last = privilege
    privileges[privilege] = reader.u32()
  }
  if (reader.left() > 0) throw new Error('The message has more than it should')
  return { ...times, ...names, privileges }
}

/** Little-endian, front to back. Reading past the end is a RangeError of the buffer's. */
function createReader(bytes: Buffer) {
  let at = 0
  const u16 = () => bytes.readUInt16LE((at += 2) - 2)
  const u32 = () => bytes.readUInt32LE((at += 4) - 4)
  const sized = () => {
    const length = u16()
    if (at + length > bytes.length) throw new Error('The token is cut off')
    return bytes.subarray(at, (at += length))
  }
  return { u16, u32, sized, left: () => bytes.length - at }
}

import { createHmac, randomInt } from 'node:crypto'

/** An RTC app: its id (24 characters) and the key that its tokens are signed with. */
export type RtcApp = { appId: string; appKey: string }

/** Who may do what in which room. Times are seconds since 1970; 0 is never. */
export type RtcGrant = {
  roomId: string
  userId: string
  issuedAt: number
  expireAt: number
  /** Until when sound, pictures and data may be published. */
  publishUntil?: number
  subscribeUntil?: number
}

/** Publishing as such, then sound, pictures and data, which go with it. */
const publishing = [0, 1, 2, 3]
const subscribing = [4]

/**
 * A token with which an RTC SDK joins a room: `001`, the app's id, and in base64 the grant with its HMAC-SHA256. The layout is
 * that of the vendor's own libraries.
 * @param nonce makes two tokens of the same second differ; random unless given
 */
export function issueRtcToken({ appId, appKey }: RtcApp, grant: RtcGrant, nonce = randomInt(2 ** 32)): string {
  const message = Buffer.concat([
    u32(nonce),
    u32(grant.issuedAt),
    u32(grant.expireAt),
    sized(Buffer.from(grant.roomId)),
    sized(Buffer.from(grant.userId)),
    toPrivileges(grant),
  ])
  const signature = createHmac('sha256', appKey).update(message).digest()
  return `001${appId}${Buffer.concat([sized(message), sized(signature)]).toString('base64')}`
}

function toPrivileges({ publishUntil, subscribeUntil }: RtcGrant): Buffer {
  const until = [
    ...publishing.map((privilege) => [privilege, publishUntil] as const),
    ...subscribing.map((privilege) => [privilege, subscribeUntil] as const),
  ]
  const entries = until.flatMap(([privilege, time]) => (time === undefined ? [] : [u16(privilege), u32(time)]))
  return Buffer.concat([u16(entries.length / 2), ...entries])
}

function sized(bytes: Buffer): Buffer {
  return Buffer.concat([u16(bytes.length), bytes])
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

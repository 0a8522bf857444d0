import { expect, test } from 'vitest'
import { issueRtcToken } from './rtc-token.ts'

const app = { appId: '123456781234567812345678', appKey: 'app_key' }
const grant = { roomId: 'room', userId: 'user', issuedAt: 1_700_000_000 }
const other = { appId: '661e0000000000000000543c', appKey: '0123456789abcdef0123456789abcdef' }

/** The texts are what the vendor's demo makes of the same values. */
test.each([
  [
    'a token that ends, with privileges that do not',
    app,
    { ...grant, expireAt: 4_102_444_800, publishUntil: 0, subscribeUntil: 0 },
    305_419_896,
    '001123456781234567812345678OAB4VjQSAPFTZQBXhvQEAHJvb20EAHVzZXIFAAAAAAAAAAEAAAAAAAIAAAAAAAMAAAAAAAQAAAAAACAAUnpu2wCMblgrV6LnVOe9MpnoglDXXrL6Dmml0uUHTXg=',
  ],
  [
    'privileges that end',
    app,
    { ...grant, expireAt: 0, publishUntil: 1_700_003_600, subscribeUntil: 1_700_003_600 },
    1,
    '001123456781234567812345678OAABAAAAAPFTZQAAAAAEAHJvb20EAHVzZXIFAAAAEP9TZQEAEP9TZQIAEP9TZQMAEP9TZQQAEP9TZSAA74KE69QhLD/coDZKDaiIdhLjRxeocyO3rsQH9O36Ehk=',
  ],
  [
    'names of any script',
    other,
    {
      roomId: '房间-1',
      userId: 'u@1.x_y',
      issuedAt: 1_735_689_600,
      expireAt: 4_102_444_800,
      publishUntil: 0,
      subscribeUntil: 0,
    },
    4_294_967_294,
    '001661e0000000000000000543cPwD+////gIV0ZwBXhvQIAOaIv+mXtC0xBwB1QDEueF95BQAAAAAAAAABAAAAAAACAAAAAAADAAAAAAAEAAAAAAAgAI/stKxtHa49srVhT+n5NRl/Z+sz8NBu0Qz70fZZKjtx',
  ],
])('%s', (_, app, grant, nonce, token) => {
  expect(issueRtcToken(app, grant, nonce)).toBe(token)
})

test('two tokens of the same second differ', () => {
  const same = { ...grant, expireAt: 0, publishUntil: 0 }
  expect(issueRtcToken(app, same)).not.toBe(issueRtcToken(app, same))
})

test('names of the greatest length fit', () => {
  const long = { ...grant, roomId: 'r'.repeat(2_000), userId: 'u'.repeat(2_000), expireAt: 0, publishUntil: 0 }
  expect(Buffer.from(issueRtcToken(app, long).slice(27), 'base64').length).toBeGreaterThan(4_000)
})

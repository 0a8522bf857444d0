import { expect, test } from 'vitest'
import { isDeviceProof, makeDeviceProof } from './device-proof.ts'

const subject = { deviceId: '02:00:00:00:00:01', nonce: 'n-1' }

test('is HMAC-SHA256 over the device and the nonce', () => {
  // printf 'parley-device-proof|02:00:00:00:00:01|n-1' | openssl dgst -sha256 -hmac 'credential.1'
  expect(makeDeviceProof('credential.1', subject)).toBe(
    'bb0320f0859649d5fc127168894309a205504351b561b64dbd16e9257dd3b2f4',
  )
})

test.each([
  ['the credential', 'credential.2', subject],
  ['the device', 'credential.1', { ...subject, deviceId: '02:00:00:00:00:02' }],
  ['the nonce', 'credential.1', { ...subject, nonce: 'n-2' }],
])('is another one when %s is', (_what, credential, other) => {
  const proof = makeDeviceProof('credential.1', subject)
  expect(isDeviceProof('credential.1', subject, proof)).toBe(true)
  expect(isDeviceProof(credential, other, proof)).toBe(false)
  expect(isDeviceProof('credential.1', subject, proof.slice(1))).toBe(false)
})

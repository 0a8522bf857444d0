import { expect, test } from 'vitest'
import type { OssRequest } from './oss-request.ts'
import { signV1 } from './signature-v1.ts'
import { signV4 } from './signature-v4.ts'

// Known answers of ali-oss 6.23 for testid / testsecret at 2025-06-01T12:30:45Z.
const date = 'Sun, 01 Jun 2025 12:30:45 GMT'
const timestamp = '20250601T123045Z'
const region = 'cn-hangzhou'
const expires = '1748782845'

function request(given: Partial<OssRequest>): OssRequest {
  return { method: 'GET', bucket: 'my-bucket', key: 'dir/a b.txt', query: {}, headers: {}, ...given }
}

test('version 1, in a header', () => {
  const headers = { 'content-type': 'text/plain', 'x-oss-date': date }
  const { stringToSign, signature } = signV1('testsecret', request({ method: 'PUT', key: 'dir/a.txt', headers }), date)
  expect(stringToSign).toBe(`PUT\n\ntext/plain\n${date}\nx-oss-date:${date}\n/my-bucket/dir/a.txt`)
  expect(signature).toBe('PRcTAdGAqsIWHEF3IUrMjk6cx4g=')
})

test('version 1, in a URL', () => {
  expect(signV1('testsecret', request({}), expires).signature).toBe('PcKgRH/mdqHH+XGuRNYs/GaNT80=')
  const upload = request({ method: 'PUT', headers: { 'content-type': 'image/png' } })
  expect(signV1('testsecret', upload, expires).signature).toBe('c/0SnKiwcq7b5G7klL3VsjR51eA=')
})

test('version 4, in a header', () => {
  const headers = {
    'content-type': 'text/plain',
    'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-oss-date': timestamp,
  }
  const { signature } = signV4('testsecret', request({ method: 'PUT', key: 'dir/a.txt', headers }), {
    timestamp,
    region,
  })
  expect(signature).toBe('229a7506f92608efa9f563b0521968de3bbeb5a800447873aba66d16bff04551')
})

test('version 4, in a URL', () => {
  const query = {
    'x-oss-credential': `testid/20250601/${region}/oss/aliyun_v4_request`,
    'x-oss-date': timestamp,
    'x-oss-expires': '1800',
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
  }
  const download = signV4('testsecret', request({ query }), { timestamp, region })
  expect(download.signature).toBe('388826e47f6949ad6b3749f19fec9dfc0b6995b681d2867ab47452e2d195f0b2')
  const upload = request({ method: 'PUT', query, headers: { 'content-type': 'image/png' } })
  const { signature } = signV4('testsecret', upload, { timestamp, region })
  expect(signature).toBe('89908612e6a49891336be826f3c9e549d384cecd9ecb798be7184132d6a0ed06')
})

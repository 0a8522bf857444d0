import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { deriveKey, signRequest, toCanonicalRequest, type UnsignedRequest } from './sign-request.ts'

/** What the vendor's own Node SDK (@volcengine/openapi 1.36) makes of these requests. */
const key = { accessKeyId: 'AKLTEXAMPLE0000000000', secretKey: 'c2VjcmV0LWV4YW1wbGUta2V5LTAwMDE=' }
const scope = { region: 'cn-north-1', service: 'rtc', date: new Date('2025-06-01T12:30:45Z') }
const credential = 'HMAC-SHA256 Credential=AKLTEXAMPLE0000000000/20250601/cn-north-1/rtc/request'
const Host = 'rtc.volcengineapi.com'

const stop: UnsignedRequest = {
  method: 'POST',
  path: '/',
  query: { Action: 'StopVoiceChat', Version: '2024-12-01' },
  headers: { Host, 'Content-type': 'application/json' },
  body: '{"AppId":"661e0000000000000000543c","RoomId":"Room1","TaskId":"task1"}',
}
const update: UnsignedRequest = {
  method: 'POST',
  path: '/',
  query: { Action: 'UpdateVoiceChat', Version: '2025-06-01' },
  headers: { Host },
  body: '{"AppId":"661e0000000000000000543c","RoomId":"Room1","TaskId":"task1","Command":"ExternalTextToSpeech","Message":"你好，世界","InterruptMode":1}',
}
const query = { Action: 'GetRecordTask', Version: '2022-06-01', AppId: "a b*c'(d)!~é", RoomId: ['r2', 'r1'] }
const get: UnsignedRequest = { method: 'GET', path: '/', query, headers: { Host } }
const hostless: UnsignedRequest = {
  method: 'POST',
  path: '/',
  query: { Action: 'StartVoiceChat', Version: '2024-12-01' },
  headers: {},
  body: '{"AppId":"x"}',
}

test.each([
  [['20250601'], '9e60c52c83c01b2c9a7db975c9265009bcef542df370b4903778153d3a5d50ff'],
  [['20250601', 'cn-north-1'], '1916117aa2a8737bdcd8fe1d588b5dee06dd27913d2168081cde8610a0deb124'],
  [['20250601', 'cn-north-1', 'rtc'], '7c8a7794d5263c46e427d358fb94ebfb489cf261e4fd7469f92d6396f0cfe3ac'],
  [['20250601', 'cn-north-1', 'rtc', 'request'], '1e822a85b9c460809b7781bd3d858d9f9110f327ee6029eeae8326e11867f547'],
])('the key for %j', (parts, hex) => {
  expect(deriveKey(key.secretKey, parts).toString('hex')).toBe(hex)
})

describe('the signature', () => {
  test.each([
    [
      'with a body',
      stop,
      key,
      {
        digest: '9ce81c9cc7bfe05fe6dabf0eace92bc005691edb852c50277666bb83f5a97112',
        signed: 'host;x-content-sha256;x-date',
        signature: '0bae6459fd10bbc149edf379d85467a8753ebdc4dfac72a0723a34c7036db3e0',
      },
    ],
    [
      'with a lent key and words of any script',
      update,
      { ...key, sessionToken: 'STS2example' },
      {
        digest: 'bb9c2074c9817958d8b44069fdc5041403e322e389e1e1edd148094add5fb2f0',
        signed: 'host;x-content-sha256;x-date;x-security-token',
        signature: '8aaa160d21fe76eecfc21ad8ed7994ed5fc5511473f1d891e8b5803225a61a89',
      },
    ],
    [
      'without a body',
      get,
      key,
      {
        digest: undefined,
        signed: 'host;x-date',
        signature: '546a5413565ae54e003344369a7c4da9365d700a0f37b574b4b7f962310fa4ae',
      },
    ],
    [
      'without a host',
      hostless,
      key,
      {
        digest: 'b5aa694b3eb4d4db19dad8c2160ed3f420e5c18211bc6421fccef109e858ee2b',
        signed: 'x-content-sha256;x-date',
        signature: 'e657713a04d0f73ae9ba2445fa2938cd6d583f0097fc89995a6112e487c6bf93',
      },
    ],
  ])('of a request %s', (_, request, accessKey, { digest, signed, signature }) => {
    const headers = signRequest(request, accessKey, scope)
    expect(headers).toMatchObject(request.headers)
    expect(headers['X-Date']).toBe('20250601T123045Z')
    expect(headers['X-Content-Sha256']).toBe(digest)
    expect(headers['Authorization']).toBe(`${credential}, SignedHeaders=${signed}, Signature=${signature}`)
  })
})

test.each([
  ['with a body', stop, {}, 'd65a0b68ef8c273b15bd5d644a0fbcd17a34726eed657125fe9ad91928273b24'],
  [
    'with a lent key',
    update,
    { 'X-Security-Token': 'STS2example' },
    'c09f1371f235d4691afd3cd918a63b398375e19a5f61e6b115a3e10ed17c6f22',
  ],
])('the canonical request %s', (_, request, more, digest) => {
  const made = { 'X-Date': '20250601T123045Z', 'X-Content-Sha256': sha256(request.body ?? ''), ...more }
  const { text } = toCanonicalRequest({ ...request, headers: { ...request.headers, ...made } })
  expect(sha256(text)).toBe(digest)
})

test('the query is sorted, and encoded as RFC 3986 has it', () => {
  expect(toCanonicalRequest(get).text.split('\n')[2]).toBe(
    'Action=GetRecordTask&AppId=a%20b%2Ac%27%28d%29%21~%C3%A9&RoomId=r1&RoomId=r2&Version=2022-06-01',
  )
})

test('a value of a header is signed without the spaces around it and the runs of them in it', () => {
  const spaced = { ...get, headers: { Host, 'X-Note': '  two   words ' } }
  expect(toCanonicalRequest(spaced).text).toContain('\nx-note:two words\n')
})

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

import { describe, expect, test } from 'vitest'
import { readIdentity } from './identity.ts'

const nobody = { deviceId: undefined, clientId: undefined, token: undefined, protocolVersion: undefined }
const readHeaders = (headers: Record<string, string | string[]>) => readIdentity(headers, new URLSearchParams())
const readQuery = (query: string) => readIdentity({}, new URLSearchParams(query))

test('a device says who it is in headers', () => {
  const headers = {
    'device-id': 'AA:BB:CC:DD:EE:FF',
    'client-id': 'client',
    authorization: 'Bearer secret',
    'protocol-version': '3',
  }
  const identity = { deviceId: 'AA:BB:CC:DD:EE:FF', clientId: 'client', token: 'secret', protocolVersion: '3' }
  expect(readHeaders(headers)).toEqual(identity)
})

test('a browser says it in the query', () => {
  const query = 'device-id=aa:bb:cc:dd:ee:ff&client-id=web&authorization=Bearer%20secret&protocol-version=1'
  const identity = { deviceId: 'aa:bb:cc:dd:ee:ff', clientId: 'web', token: 'secret', protocolVersion: '1' }
  expect(readQuery(query)).toEqual(identity)
})

test('a header wins over the query, an empty one does not', () => {
  const query = new URLSearchParams('device-id=query&client-id=query')
  const identity = readIdentity({ 'device-id': 'header', 'client-id': '' }, query)
  expect(identity).toMatchObject({ deviceId: 'header', clientId: 'query' })
})

test('who says nothing is nobody', () => {
  expect(readHeaders({})).toEqual(nobody)
  expect(readQuery('device-id=&client-id=&authorization=&protocol-version=')).toEqual(nobody)
})

test('of a repeated header the first counts', () => {
  expect(readHeaders({ 'device-id': ['first', 'second'] }).deviceId).toBe('first')
})

describe('the token', () => {
  test.each([
    ['Bearer secret', 'secret'],
    ['bearer secret', 'secret'],
    ['BEARER  secret ', 'secret'],
    ['secret', 'secret'],
    ['Bearersecret', 'Bearersecret'],
    ['Bearer ', undefined],
    ['Bearer', undefined],
    [' ', undefined],
  ])('of %j is %j', (authorization, token) => {
    expect(readHeaders({ authorization }).token).toBe(token)
    expect(readQuery(new URLSearchParams({ authorization }).toString()).token).toBe(token)
  })
})

import { expect, test } from 'vitest'
import { findUnknownFields, findWrongValues } from './schemas.ts'

const map = (more: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, ...more })

test('an object as Kubernetes wants it has nothing wrong', async () => {
  expect(await findWrongValues(map({ data: { A: '1' } }))).toBeUndefined()
  expect(findUnknownFields([map({ data: { A: '1' } })])).toBe('')
})

test('a wrong value, a wrong kind and an unknown field are found', async () => {
  expect(await findWrongValues(map({ data: { A: 1 } }))).toContain('data/data/A must be string')
  expect(await findWrongValues({ ...map({}), kind: 'ConfigMaps' })).toBe('There is no v1 ConfigMaps')
  expect(findUnknownFields([map({}), map({ date: {} })])).toMatch(/objects\.ts\(\d+,\d+\).*.date.*does not exist/)
})

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { kustomizations, k8s } from '../folders.ts'
import { buildKustomization } from './build.ts'
import type { KubernetesObject } from './objects.ts'
import { findKubectl } from './render.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-kustomize-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const byName = (objects: KubernetesObject[]) =>
  Object.fromEntries(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]))

const kubectl = findKubectl()
test.skipIf(!kubectl).each(kustomizations)('our own renderer makes of %s what kubectl does', (name) => {
  cpSync(k8s, folder, { recursive: true })
  cpSync(join(folder, 'secrets.example.env'), join(folder, 'overlays/dev/secrets.env'))
  const path = join(folder, name)
  expect(byName(buildKustomization(path))).toEqual(byName(kubectl?.render(path) ?? []))
})

describe('what our files do not use is refused', () => {
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n'
  test.each([
    ['namePrefix: x-', 'namePrefix, which is not rendered'],
    ['generatorOptions: {}', 'generatorOptions, which is not rendered'],
    ['patches: [{ path: p.yaml, options: {} }]', 'options, which is not rendered'],
    ['patches: [{ patch: "[{ op: remove, path: /data }]", target: { kind: ConfigMap } }]', 'operation remove'],
    [
      'patches: [{ patch: "[{ op: replace, path: /lost, value: 1 }]", target: { kind: ConfigMap } }]',
      'no /lost to replace',
    ],
    ['patches: [{ patch: "{ $patch: replace }", target: { kind: ConfigMap } }]', 'patch with $patch'],
    ['patches: [{ patch: "[]", target: { kind: Pod } }]', 'and there is none'],
    ['configMapGenerator: [{ name: b, behavior: merge }]', 'no ConfigMap b to merge'],
    ['configMapGenerator: [{ name: b, behavior: replace }]', 'behavior replace'],
    ['labels: [{ pairs: {}, includeSelectors: true }]', 'includeSelectors, which is not rendered'],
  ])('%s', (text, why) => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'a.yaml'), map)
    writeFileSync(join(folder, 'kustomization.yaml'), `resources: [a.yaml]\n${text}\n`)
    expect(() => buildKustomization(folder)).toThrow(why)
  })
})

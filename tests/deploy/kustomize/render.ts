import { execFileSync } from 'node:child_process'
import { parseAllDocuments } from 'yaml'
import { buildKustomization } from './build.ts'
import type { KubernetesObject } from './objects.ts'

export type Renderer = {
  /** For people: who renders, and in which version. */
  name: string
  render: (folder: string) => KubernetesObject[]
}

const own: Renderer = {
  name: "the tests' own renderer, because this machine has no kubectl with kustomize 5 or later",
  render: buildKustomization,
}

/** `kubectl kustomize` where a fit one is on the machine. */
export function findKubectl(): Renderer | undefined {
  try {
    const told = execFileSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8', timeout: 20_000 })
    const { kustomizeVersion = '' } = JSON.parse(told) as { kustomizeVersion?: string }
    if (Number(/^v(\d+)/.exec(kustomizeVersion)?.[1] ?? 0) < 5) return undefined
    return { name: `kubectl with kustomize ${kustomizeVersion}`, render: renderByKubectl }
  } catch {
    return undefined
  }
}

export const findRenderer = (): Renderer => findKubectl() ?? own

function renderByKubectl(folder: string): KubernetesObject[] {
  const text = execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8', timeout: 30_000 })
  return withoutHashes(parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject))
}

/** Names of what was generated end in a hash; everyone who names them does, too. */
function withoutHashes(objects: KubernetesObject[]): KubernetesObject[] {
  const hashed = objects.map(({ metadata }) => metadata.name).filter((name) => /-[a-z0-9]{10}$/.test(name))
  const names = new Map(hashed.map((name) => [name, name.replace(/-[a-z0-9]{10}$/, '')]))
  const text = JSON.stringify(objects, (_key, value: unknown) =>
    typeof value === 'string' ? (names.get(value) ?? value) : value,
  )
  return JSON.parse(text) as KubernetesObject[]
}

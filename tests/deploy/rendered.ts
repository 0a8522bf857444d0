import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { k8s, kustomizations } from './folders.ts'
import type { KubernetesObject } from './kustomize/objects.ts'
import { findRenderer } from './kustomize/render.ts'

const renderer = findRenderer()
console.warn(`k8s/ is rendered by ${renderer.name}.`)

/** The keys of the Secrets that k8s/README.md tells operators to make, by the name of the Secret. */
export const documentedSecrets: Record<string, Set<string>> = {
  parley: keysOf('secrets.example.env'),
  'parley-vendors': keysOf('vendors.example.env'),
}

function keysOf(file: string): Set<string> {
  return new Set(Object.keys(parseEnv(readFileSync(join(k8s, file), 'utf8'))))
}

/** What every kustomization of `k8s/` is as objects. The one for trying things out gets the example of its secrets. */
export const rendered: ReadonlyMap<string, KubernetesObject[]> = renderAll()

function renderAll(): Map<string, KubernetesObject[]> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-k8s-'))
  try {
    cpSync(k8s, folder, { recursive: true })
    cpSync(join(folder, 'secrets.example.env'), join(folder, 'overlays/dev/secrets.env'))
    return new Map(kustomizations.map((name) => [name, renderer.render(join(folder, name))]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')
export const k8s = join(root, 'k8s')

/** Every service there is. */
export const serviceNames = readdirSync(join(root, 'services')).filter((name) =>
  existsSync(join(root, 'services', name, 'src/main.ts')),
)

/** Every kustomization that can be applied, from `k8s/`. */
export const kustomizations = ['base', 'ingress', ...inside('services'), ...inside('overlays')]

function inside(parent: string): string[] {
  return readdirSync(join(k8s, parent)).map((name) => `${parent}/${name}`)
}

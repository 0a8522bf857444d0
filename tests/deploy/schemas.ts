import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './folders.ts'
import type { KubernetesObject } from './kustomize/objects.ts'

type Model = new (object: unknown) => { validate: () => void }

/** The package's folder for an API: `apps/v1`, and `v1` for the core. */
const moduleOf = ({ apiVersion }: KubernetesObject) => `kubernetes-models/${apiVersion}`

/**
 * Says what the schema of Kubernetes has against an object: wrong types, missing fields.
 * @returns nothing when it is valid
 */
export async function findWrongValues(object: KubernetesObject): Promise<string | undefined> {
  const models = (await import(moduleOf(object))) as Record<string, Model>
  const Found = models[object.kind]
  if (!Found) return `There is no ${object.apiVersion} ${object.kind}`
  try {
    new Found(object).validate()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/**
 * Finds fields that Kubernetes does not know, which its schemas let pass: written down as literals, the objects are checked against
 * the types of the same package.
 * @returns what the compiler says, empty when every field is known
 */
export function findUnknownFields(objects: KubernetesObject[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-fields-'))
  const models = join(root, 'tests/node_modules/kubernetes-models')
  const lines = objects.map((object) => {
    const type = `import('${moduleOf(object)}').I${object.kind}`
    return `export const _${objects.indexOf(object)}: ${type} = ${JSON.stringify(object, undefined, 1)}`
  })
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    module: 'nodenext',
    moduleDetection: 'force',
    paths: { 'kubernetes-models/*': [`${models}/*`] },
  }
  writeFileSync(join(folder, 'objects.ts'), lines.join('\n'))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['objects.ts'] }))
  try {
    execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], {
      encoding: 'utf8',
      timeout: 60_000,
    })
    return ''
  } catch (error) {
    return (error as { stdout?: string }).stdout || String(error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

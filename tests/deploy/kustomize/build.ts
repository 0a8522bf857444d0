import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { isObject, type JsonObject } from './json.ts'
import type { KubernetesObject } from './objects.ts'
import { applyOperations, mergePatch, type Operation } from './patches.ts'

type Generator = { name: string; behavior?: string; literals?: string[]; envs?: string[] }
type Patch = { path?: string; patch?: string; target?: { kind?: string; name?: string } }
type Image = { name: string; newName?: string; newTag?: string; digest?: string }
type Labels = { pairs: Record<string, string>; includeTemplates?: boolean }

/** The features of kustomize that our files use, and nothing beside them. */
type Kustomization = {
  apiVersion: string
  kind: 'Kustomization' | 'Component'
  namespace?: string
  resources?: string[]
  components?: string[]
  configMapGenerator?: Generator[]
  secretGenerator?: Generator[]
  patches?: Patch[]
  labels?: Labels[]
  images?: Image[]
}

const known: Record<string, string[]> = {
  kustomization: [
    'apiVersion',
    'kind',
    'namespace',
    'resources',
    'components',
    'configMapGenerator',
    'secretGenerator',
    'patches',
    'labels',
    'images',
  ],
  generator: ['name', 'behavior', 'literals', 'envs'],
  patch: ['path', 'patch', 'target'],
  target: ['kind', 'name'],
  image: ['name', 'newName', 'newTag', 'digest'],
  labels: ['pairs', 'includeTemplates'],
}

type Thing = KubernetesObject & JsonObject

/**
 * Builds a kustomization as `kubectl kustomize` does, but for the hashes in the names of what is generated.
 * @throws Error for any feature that our files did not use when this was written
 */
export function buildKustomization(folder: string): KubernetesObject[] {
  return build(folder, [])
}

function build(folder: string, given: Thing[]): Thing[] {
  const file = readKustomization(folder)
  let things = [...given, ...(file.resources ?? []).flatMap((path) => readResource(join(folder, path)))]
  for (const path of file.components ?? []) things = build(join(folder, path), things)
  for (const generator of file.configMapGenerator ?? []) things = generate(things, 'ConfigMap', generator, folder)
  for (const generator of file.secretGenerator ?? []) things = generate(things, 'Secret', generator, folder)
  for (const patch of file.patches ?? []) things = applyPatch(things, patch, folder)
  return things.map((thing) => decorate(thing, file))
}

function readKustomization(folder: string): Kustomization {
  const file = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as Kustomization
  check('kustomization', file)
  for (const item of [...(file.configMapGenerator ?? []), ...(file.secretGenerator ?? [])]) check('generator', item)
  for (const item of file.patches ?? []) check('patch', item)
  for (const item of file.patches ?? []) check('target', item.target ?? {})
  for (const item of file.images ?? []) check('image', item)
  for (const item of file.labels ?? []) check('labels', item)
  return file
}

function check(what: string, item: object): void {
  const unknown = Object.keys(item).filter((key) => !known[what]?.includes(key))
  if (unknown.length > 0) throw new Error(`The ${what} has ${unknown.join(', ')}, which is not rendered`)
}

function readResource(path: string): Thing[] {
  if (statSync(path).isDirectory()) return build(path, [])
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS() as Thing)
}

function generate(things: Thing[], kind: string, generator: Generator, folder: string): Thing[] {
  const { name, behavior = 'create', literals = [], envs = [] } = generator
  const lines = [...literals, ...envs.flatMap((path) => readEnvironmentFile(join(folder, path)))]
  const pairs = lines.map((line) => {
    const at = line.indexOf('=')
    const value = line.slice(at + 1)
    return [line.slice(0, at), kind === 'Secret' ? Buffer.from(value).toString('base64') : value] as const
  })
  const data = Object.fromEntries(pairs)
  const isIt = (thing: Thing) => thing.kind === kind && thing.metadata.name === name
  if (behavior === 'merge') {
    if (!things.some(isIt)) throw new Error(`There is no ${kind} ${name} to merge with`)
    return things.map((thing) => (isIt(thing) ? (mergePatch(thing, { data }) as Thing) : thing))
  }
  if (behavior !== 'create') throw new Error(`The behavior ${behavior} is not rendered`)
  return [...things, { apiVersion: 'v1', kind, metadata: { name }, ...(kind === 'Secret' && { type: 'Opaque' }), data }]
}

function readEnvironmentFile(path: string): string[] {
  if (!existsSync(path)) throw new Error(`There is no ${path}`)
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
}

function applyPatch(things: Thing[], { path, patch, target }: Patch, folder: string): Thing[] {
  const content = parse(path === undefined ? (patch ?? '') : readFileSync(join(folder, path), 'utf8')) as
    | Operation[]
    | JsonObject
  const { kind, metadata } = content as KubernetesObject & JsonObject
  const wanted = target ?? { kind, name: metadata.name }
  const isMeant = (thing: Thing) =>
    (wanted.kind === undefined || thing.kind === wanted.kind) &&
    (wanted.name === undefined || new RegExp(`^(${wanted.name})$`).test(thing.metadata.name))
  if (!things.some(isMeant)) throw new Error(`A patch means ${JSON.stringify(wanted)}, and there is none`)
  if (!Array.isArray(content) && content['$patch'] === 'delete') return things.filter((thing) => !isMeant(thing))
  return things.map((thing) => (isMeant(thing) ? change(thing, content) : thing))
}

function change(thing: Thing, content: Operation[] | JsonObject): Thing {
  if (Array.isArray(content)) return applyOperations(thing, content) as Thing
  // A patch for many says nothing about who they are.
  const { metadata: _, ...rest } = content
  return mergePatch(thing, rest) as Thing
}

type Template = { metadata: { labels?: Record<string, string> } }
type Templates = { template?: Template; volumeClaimTemplates?: Template[] }

function decorate(thing: Thing, { namespace, labels = [], images = [] }: Kustomization): Thing {
  const decorated = structuredClone(thing)
  if (namespace !== undefined && thing.kind !== 'Namespace') decorated.metadata.namespace = namespace
  for (const { pairs, includeTemplates } of labels) {
    decorated.metadata.labels = { ...decorated.metadata.labels, ...pairs }
    if (!includeTemplates) continue
    const { template, volumeClaimTemplates = [] } = (decorated['spec'] ?? {}) as Templates
    for (const inner of template ? [template, ...volumeClaimTemplates] : []) {
      inner.metadata.labels = { ...inner.metadata.labels, ...pairs }
    }
  }
  for (const image of images) nameImages(decorated['spec'], image)
  return decorated
}

function nameImages(value: unknown, image: Image): void {
  if (Array.isArray(value)) return value.forEach((item) => nameImages(item, image))
  if (typeof value !== 'object' || !isObject(value as JsonObject)) return
  const item = value as JsonObject
  for (const inner of Object.values(item)) nameImages(inner, image)
  const { image: named } = item
  const [, name, rest = ''] = (typeof named === 'string' && /^([^:@]+)(.*)$/.exec(named)) || []
  if (name !== image.name) return
  const version = image.digest ? `@${image.digest}` : image.newTag ? `:${image.newTag}` : rest
  item['image'] = `${image.newName ?? name}${version}`
}

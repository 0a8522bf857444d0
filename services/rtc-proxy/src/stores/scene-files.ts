import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { ConfigError, Secret } from '@parley/service-kit'
import { LineCounter, parseDocument } from 'yaml'
import type { Scenes } from '../domain/ports.ts'
import type { Scene } from '../domain/scene.ts'
import { SceneFile } from './scene-schema.ts'
import { fillVariables, type SceneVariables } from './scene-variables.ts'

/** What a scene is run with; it stays apart from the scene, which the domain knows. */
export type SceneKeys = {
  accessKeyId: string
  secretKey: Secret
  sessionToken: Secret | undefined
  appId: string
  appKey: Secret
}
export type LoadedScene = { scene: Scene; keys: SceneKeys }

type ReadScene = { loaded: LoadedScene } | { problems: string[] }

const extensions = ['.json', '.yaml', '.yml']
const idShape = /^[A-Za-z0-9@._-]{1,64}$/

/**
 * Reads every scene of a folder, in the order of the names of its files: `support.yaml` or `support.json` is the scene
 * `support`. Other files are not looked at.
 * @throws ConfigError naming every wrong file and field at once
 */
export async function loadScenes(dir: string, variables: SceneVariables): Promise<LoadedScene[]> {
  const names = await readdir(dir).catch(() => {
    throw new ConfigError([`RTC_SCENES_DIR is "${dir}": this folder cannot be read`])
  })
  const files = names.filter((name) => extensions.includes(extname(name))).sort()
  const read = await Promise.all(files.map((name) => readScene(dir, name, variables)))
  const problems = [
    ...read.flatMap((result, index) =>
      'problems' in result ? result.problems.map((problem) => `${files[index]}: ${problem}`) : [],
    ),
    ...findDoubles(files),
  ]
  if (problems.length > 0) throw new ConfigError(problems)
  return read.flatMap((result) => ('loaded' in result ? [result.loaded] : []))
}

/** Scenes by id. Whoever asks gets a copy of their own. */
export function createScenes(loaded: LoadedScene[]): Scenes {
  const byId = new Map(loaded.map(({ scene }) => [scene.id, scene]))
  return {
    all: () => structuredClone([...byId.values()]),
    find: (id) => structuredClone(byId.get(id)),
  }
}

/** The keys of scenes, by id. @throws Error when there is no such scene */
export function createKeyring(loaded: LoadedScene[]): (sceneId: string) => SceneKeys {
  const byId = new Map(loaded.map(({ scene, keys }) => [scene.id, keys]))
  return (sceneId) => {
    const keys = byId.get(sceneId)
    if (!keys) throw new Error(`There are no keys of the scene "${sceneId}"`)
    return keys
  }
}

function findDoubles(files: string[]): string[] {
  return files
    .filter((name, index) => files.findIndex((other) => toId(other) === toId(name)) < index)
    .map((name) => `${name}: there is another file of the scene "${toId(name)}"`)
}

function toId(name: string): string {
  return name.slice(0, -extname(name).length)
}

async function readScene(dir: string, name: string, variables: SceneVariables): Promise<ReadScene> {
  const id = toId(name)
  if (!idShape.test(id)) return { problems: ['the name may have 64 letters, digits, "@", ".", "_" and "-" at most'] }
  const text = await readFile(join(dir, name), 'utf8').catch(() => undefined)
  if (text === undefined) return { problems: ['this file cannot be read'] }
  const parsed = parseText(text)
  if ('problems' in parsed) return parsed
  const filled = fillVariables(parsed.value, variables)
  const read = SceneFile.safeParse(filled.value)
  const wrong = read.error?.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  )
  if (!read.success || filled.problems.length > 0) return { problems: [...filled.problems, ...(wrong ?? [])] }
  return toScene(id, read.data, variables)
}

/** JSON is YAML, too. The parsers' own messages quote the text, which may have a secret in it; the place will do. */
function parseText(text: string): { value: unknown } | { problems: string[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (!error) return { value: document.toJS() }
  return { problems: [`line ${lines.linePos(error.pos[0]).line} is not YAML (${error.code})`] }
}

/** A scene with what it leaves out taken from the variables; what is then still missing is a problem. */
function toScene(id: string, file: SceneFile, variables: SceneVariables): ReadScene {
  const problems: string[] = []
  function need(field: string, given: string | undefined, variable: string): string {
    const value = given ?? variables[variable]?.reveal()
    if (value === undefined) problems.push(`${field} is missing, and ${variable} is not set`)
    return value ?? ''
  }

  const { AccountConfig: account, RTCConfig: app, VoiceChat: voiceChat } = file
  const appId = need('RTCConfig.AppId', app.AppId ?? voiceChat.AppId, 'VOLCENGINE_APP_ID')
  if (voiceChat.AppId !== undefined && voiceChat.AppId !== appId)
    problems.push('VoiceChat.AppId: expected the same as in RTCConfig.AppId')
  const keys: SceneKeys = {
    accessKeyId: need('AccountConfig.accessKeyId', account.accessKeyId, 'VOLCENGINE_ACCESS_KEY'),
    secretKey: new Secret(need('AccountConfig.secretKey', account.secretKey, 'VOLCENGINE_SECRET_KEY')),
    sessionToken: account.sessionToken === undefined ? undefined : new Secret(account.sessionToken),
    appId,
    appKey: new Secret(need('RTCConfig.AppKey', app.AppKey, 'VOLCENGINE_APP_KEY')),
  }
  if (problems.length > 0) return { problems }
  return { loaded: { scene: { id, card: file.SceneConfig, voiceChat: { ...voiceChat, AppId: appId } }, keys } }
}

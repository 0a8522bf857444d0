import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { ConfigError, Secret } from '@parley/service-kit'
import { LineCounter, parseDocument } from 'yaml'
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
  /** What the vendor's console signs its events with. */
  eventSecret: Secret | undefined
}
export type LoadedScene = { scene: Scene; keys: SceneKeys }

export type SceneSurroundings = {
  variables: SceneVariables
  /** Where the cloud reaches us: scenes may leave the address of their model to us. */
  callbackUrl: string | undefined
}

/** What is read of a file of scenes, or what is wrong with it. */
type ReadValue = { value: unknown } | { problems: string[] }
type ReadScene = { loaded: LoadedScene } | { problems: string[] }

const extensions = ['.json', '.yaml', '.yml']
/** What all scenes have in common, unless they say otherwise. */
const defaultsName = '_defaults'
const idShape = /^[A-Za-z0-9@._-]{1,64}$/

/**
 * Reads every scene of a folder, in the order of the names of its files: `support.yaml` or `support.json` is the scene
 * `support`, and `_defaults.yaml` is what each of them has where it says nothing itself. Other files are not looked at.
 * @throws ConfigError naming every wrong file and field at once
 */
export async function loadScenes(dir: string, surroundings: SceneSurroundings): Promise<LoadedScene[]> {
  const names = await readdir(dir).catch(() => {
    throw new ConfigError([`RTC_SCENES_DIR is "${dir}": this folder cannot be read`])
  })
  const files = names.filter((name) => extensions.includes(extname(name))).sort()
  const values = new Map(await Promise.all(files.map(async (name) => [name, await readValue(dir, name)] as const)))
  const defaultsFile = files.find((name) => toId(name) === defaultsName)
  const defaults = defaultsFile === undefined ? { value: {} } : values.get(defaultsFile)
  const common = defaults && 'value' in defaults ? defaults.value : {}
  const scenes = files.filter((name) => toId(name) !== defaultsName)
  const read = scenes.map((name) => readScene(name, values.get(name), common, surroundings))
  const problems = [
    ...(defaults && 'problems' in defaults ? defaults.problems.map((problem) => `${defaultsFile}: ${problem}`) : []),
    ...read.flatMap((result, index) =>
      'problems' in result ? result.problems.map((problem) => `${scenes[index]}: ${problem}`) : [],
    ),
    ...findDoubles(files),
  ]
  if (problems.length > 0) throw new ConfigError(problems)
  return read.flatMap((result) => ('loaded' in result ? [result.loaded] : []))
}

function findDoubles(files: string[]): string[] {
  return files
    .filter((name, index) => files.findIndex((other) => toId(other) === toId(name)) < index)
    .map((name) => `${name}: there is another file of the scene "${toId(name)}"`)
}

function toId(name: string): string {
  return name.slice(0, -extname(name).length)
}

async function readValue(dir: string, name: string): Promise<ReadValue> {
  if (!idShape.test(toId(name)))
    return { problems: ['the name may have 64 letters, digits, "@", ".", "_" and "-" at most'] }
  const text = await readFile(join(dir, name), 'utf8').catch(() => undefined)
  return text === undefined ? { problems: ['this file cannot be read'] } : parseText(text)
}

function readScene(
  name: string,
  read: ReadValue | undefined,
  common: unknown,
  { variables, callbackUrl }: SceneSurroundings,
): ReadScene {
  if (!read || 'problems' in read) return { problems: read?.problems ?? [] }
  const filled = fillVariables(layOver(common, read.value), variables)
  const file = SceneFile.safeParse(filled.value)
  const wrong = file.error?.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  )
  if (!file.success || filled.problems.length > 0) return { problems: [...filled.problems, ...(wrong ?? [])] }
  return toScene(toId(name), file.data, { variables, callbackUrl })
}

/** A value over a common one: fields of objects at any depth; anything else as a whole. */
function layOver(common: unknown, own: unknown): unknown {
  if (!isObject(common) || !isObject(own)) return own === undefined ? common : own
  const names = new Set([...Object.keys(common), ...Object.keys(own)])
  return Object.fromEntries([...names].map((name) => [name, layOver(common[name], own[name])]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** JSON is YAML, too. The parsers' own messages quote the text, which may have a secret in it; the place will do. */
function parseText(text: string): ReadValue {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (!error) return { value: document.toJS() }
  return { problems: [`line ${lines.linePos(error.pos[0]).line} is not YAML (${error.code})`] }
}

/** A scene with what it leaves out taken from the variables; what is then still missing is a problem. */
function toScene(id: string, file: SceneFile, { variables, callbackUrl }: SceneSurroundings): ReadScene {
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
    eventSecret: app.EventSecret === undefined ? variables['VOLCENGINE_EVENT_SECRET'] : new Secret(app.EventSecret),
  }
  const model = voiceChat.Config.LLMConfig
  if (model?.Mode === 'CustomLLM' && model.Url === undefined && callbackUrl === undefined)
    problems.push('VoiceChat.Config.LLMConfig.Url is missing, and RTC_CALLBACK_URL is not set')
  if (problems.length > 0) return { problems }
  const scene = { id, card: file.SceneConfig, agentId: file.AgentId, voiceChat: { ...voiceChat, AppId: appId } }
  return { loaded: { scene, keys } }
}

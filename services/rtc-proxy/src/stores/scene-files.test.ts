import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, Secret } from '@parley/service-kit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSceneBook } from './scene-book.ts'
import { loadScenes } from './scene-files.ts'

const appId = '661e0000000000000000543c'
const variables = {
  VOLCENGINE_ACCESS_KEY: new Secret('AKLT'),
  VOLCENGINE_SECRET_KEY: new Secret('volc-secret'),
  VOLCENGINE_APP_ID: new Secret(appId),
  VOLCENGINE_APP_KEY: new Secret('app-secret'),
  ARK_KEY: new Secret('ark-secret'),
  NOT_SET: undefined,
}

const least = `
SceneConfig: { icon: https://example.com/i.png, name: Shop }
VoiceChat:
  AgentConfig: { UserId: Bot }
  Config: { LLMConfig: { Mode: ArkV3, EndPointId: ep-1 } }
`

/** As it comes with the demo: everything there, much of it empty. */
const demo = {
  SceneConfig: { icon: 'https://example.com/d.png', name: 'Demo', questions: ['Who are you?'] },
  AccountConfig: { accessKeyId: 'AKLTOWN', secretKey: '${ARK_KEY}' },
  RTCConfig: { AppId: 'a'.repeat(24), AppKey: 'own-app-secret', RoomId: '', UserId: '', Token: '' },
  VoiceChat: {
    AppId: 'a'.repeat(24),
    RoomId: '',
    TaskId: 'own-task',
    AgentConfig: { TargetUserId: [''], WelcomeMessage: 'Costs $5 {or} ${more}', UserId: 'Bot' },
    Config: {
      ASRConfig: { Provider: 'volcano', ProviderParams: { AppId: '1', AccessToken: 'Bearer ${ARK_KEY}' } },
      TTSConfig: { Provider: 'volcano', ProviderParams: { app: { appid: '1' } } },
      LLMConfig: { Mode: 'CustomLLM', Url: 'https://example.com/chat', APIKey: '${ARK_KEY}' },
      InterruptMode: 0,
    },
  },
}

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-scenes-'))
})
afterEach(() => rm(dir, { recursive: true }))

const write = (name: string, content: unknown) =>
  writeFile(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content, null, '\t'))

async function problemsOf(): Promise<string[]> {
  const error: unknown = await loadScenes(dir, { variables, callbackUrl: undefined }).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(ConfigError)
  return (error as ConfigError).problems
}

test('scenes are read in the order of their names, what they leave out is the environment', async () => {
  await write('shop.yaml', least)
  await write('Demo.json', demo)
  await write('README.md', 'no scene')
  const loaded = await loadScenes(dir, { variables, callbackUrl: undefined })
  const { scenes, keysOf } = createSceneBook(loaded)
  expect(scenes.all().map(({ id }) => id)).toEqual(['Demo', 'shop'])
  expect(scenes.find('shop')?.voiceChat.AppId).toBe(appId)
  expect(scenes.find('nowhere')).toBeUndefined()

  const shop = keysOf('shop')
  expect(shop).toMatchObject({ accessKeyId: 'AKLT', appId, sessionToken: undefined })
  expect([shop.secretKey.reveal(), shop.appKey.reveal()]).toEqual(['volc-secret', 'app-secret'])
  const own = keysOf('Demo')
  expect(own).toMatchObject({ accessKeyId: 'AKLTOWN', appId: 'a'.repeat(24) })
  expect([own.secretKey.reveal(), own.appKey.reveal()]).toEqual(['ark-secret', 'own-app-secret'])
  expect(() => keysOf('nowhere')).toThrow('no keys')
})

test('variables are filled in at any depth; other signs of the kind stay', async () => {
  await write('Demo.json', demo)
  const scene = createSceneBook(await loadScenes(dir, { variables, callbackUrl: undefined })).scenes.find('Demo')
  expect(scene?.voiceChat).toMatchObject({
    RoomId: undefined,
    TaskId: 'own-task',
    AgentConfig: { WelcomeMessage: 'Costs $5 {or} ${more}' },
    Config: {
      ASRConfig: { ProviderParams: { AccessToken: 'Bearer ark-secret' } },
      LLMConfig: { APIKey: 'ark-secret' },
    },
  })
})

test('whoever asks for a scene gets a copy', async () => {
  await write('shop.yaml', least)
  const { scenes } = createSceneBook(await loadScenes(dir, { variables, callbackUrl: undefined }))
  const [one] = scenes.all()
  const other = scenes.find('shop')
  if (!one || !other) throw new Error('no scene')
  one.voiceChat.AgentConfig.UserId = 'changed'
  other.voiceChat.Config.InterruptMode = 1
  expect(scenes.find('shop')?.voiceChat).toMatchObject({ AgentConfig: { UserId: 'Bot' }, Config: {} })
  expect(scenes.find('shop')?.voiceChat.Config.InterruptMode).toBeUndefined()
})

test('what all scenes have in common stands once, and each may say otherwise', async () => {
  await write('_defaults.yaml', {
    AccountConfig: { accessKeyId: 'AKLTALL', secretKey: '${ARK_KEY}' },
    VoiceChat: {
      AgentConfig: { WelcomeMessage: 'Hi' },
      Config: { InterruptMode: 0, ASRConfig: { Provider: 'volcano' } },
    },
  })
  const AgentId = '019aa3c0-0000-7000-8000-0000000000aa'
  await write('shop.yaml', `${least}AgentId: ${AgentId}\n`)
  await write('quiet.yaml', {
    SceneConfig: { icon: 'i', name: 'Quiet' },
    AccountConfig: { accessKeyId: 'AKLTOWN', secretKey: 'own' },
    VoiceChat: { AgentConfig: { WelcomeMessage: '' }, Config: { InterruptMode: 1 } },
  })
  const { scenes, keysOf } = createSceneBook(await loadScenes(dir, { variables, callbackUrl: undefined }))
  expect(scenes.all().map(({ id }) => id)).toEqual(['quiet', 'shop'])
  expect(scenes.find('shop')).toMatchObject({
    agentId: AgentId,
    voiceChat: {
      AgentConfig: { UserId: 'Bot', WelcomeMessage: 'Hi' },
      Config: { InterruptMode: 0, ASRConfig: { Provider: 'volcano' }, LLMConfig: { Mode: 'ArkV3' } },
    },
  })
  expect(scenes.find('quiet')?.voiceChat).toMatchObject({
    AgentConfig: { WelcomeMessage: '' },
    Config: { InterruptMode: 1, ASRConfig: { Provider: 'volcano' } },
  })
  expect(keysOf('shop')).toMatchObject({ accessKeyId: 'AKLTALL' })
  expect(keysOf('quiet')).toMatchObject({ accessKeyId: 'AKLTOWN' })
})

test('a model without an address is ours, where the cloud can reach us', async () => {
  await write('shop.yaml', least.replace('Mode: ArkV3, EndPointId: ep-1', 'Mode: CustomLLM'))
  expect(await problemsOf()).toEqual([
    'shop.yaml: VoiceChat.Config.LLMConfig.Url is missing, and RTC_CALLBACK_URL is not set',
  ])
  expect(await loadScenes(dir, { variables, callbackUrl: 'https://parley.example.com' })).toHaveLength(1)
})

test('the keys of a scene outlive it, so that what runs in it can be stopped', async () => {
  await write('shop.yaml', least)
  const book = createSceneBook(await loadScenes(dir, { variables, callbackUrl: undefined }))
  book.replace([])
  expect(book.scenes.all()).toEqual([])
  expect(book.keysOf('shop').accessKeyId).toBe('AKLT')
})

describe('everything that is wrong is said at once, by file and field', () => {
  test('in whatever files', async () => {
    await write('a.yaml', 'SceneConfig: { name: A, color: red }\nVoiceChat: { AgentConfig: {}, Config: {} }')
    await write('b.json', '{ "SceneConfig": {\n "icon": "volc-secret" oops }')
    await write('c.json', { ...demo, VoiceChat: { ...demo.VoiceChat, TaskId: 'task 1', Room: 'x' } })
    await write('d e.yaml', least)
    await write('f.yml', least)
    await write('f.json', demo)
    const problems = await problemsOf()
    expect(problems).toEqual([
      'a.yaml: SceneConfig.icon: Invalid input: expected string, received undefined',
      'a.yaml: SceneConfig: Unrecognized key: "color"',
      expect.stringMatching(/^b\.json: line 2 is not YAML \([A-Z_]+\)$/),
      'c.json: VoiceChat.TaskId: expected at most 128 letters, digits, "@", ".", "_" and "-"',
      'c.json: VoiceChat: Unrecognized key: "Room"',
      'd e.yaml: the name may have 64 letters, digits, "@", ".", "_" and "-" at most',
      'f.yml: there is another file of the scene "f"',
    ])
    expect(problems.join()).not.toContain('secret')
  })

  test('variables that may not be used or have no value', async () => {
    const account = { accessKeyId: '${REDIS_URL}', secretKey: '${NOT_SET}' }
    await write('a.json', { ...demo, AccountConfig: account })
    expect(await problemsOf()).toEqual([
      'a.json: AccountConfig.accessKeyId: ${REDIS_URL} is not one of RTC_SCENE_VARIABLES',
      'a.json: AccountConfig.secretKey: NOT_SET is not set',
    ])
  })

  test('what a scene lacks, and an app that is two', async () => {
    await write('a.yaml', least)
    await write('b.json', { ...demo, RTCConfig: { ...demo.RTCConfig, AppId: appId } })
    const error: unknown = await loadScenes(dir, { variables: {}, callbackUrl: undefined }).catch(
      (error: unknown) => error,
    )
    expect((error as ConfigError).problems).toEqual([
      'a.yaml: RTCConfig.AppId is missing, and VOLCENGINE_APP_ID is not set',
      'a.yaml: AccountConfig.accessKeyId is missing, and VOLCENGINE_ACCESS_KEY is not set',
      'a.yaml: AccountConfig.secretKey is missing, and VOLCENGINE_SECRET_KEY is not set',
      'a.yaml: RTCConfig.AppKey is missing, and VOLCENGINE_APP_KEY is not set',
      ...Array.from({ length: 3 }, () => expect.stringMatching(/^b\.json: .*ARK_KEY\} is not one of/)),
    ])
    await rm(join(dir, 'a.yaml'))
    expect(await problemsOf()).toEqual(['b.json: VoiceChat.AppId: expected the same as in RTCConfig.AppId'])
  })

  test('a folder that is none', async () => {
    await rm(dir, { recursive: true })
    expect(await problemsOf()).toEqual([`RTC_SCENES_DIR is "${dir}": this folder cannot be read`])
    dir = await mkdtemp(join(tmpdir(), 'parley-scenes-'))
  })
})

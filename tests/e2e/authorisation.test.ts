import { audio, KeyScope, parties } from '@parley/contracts'
import { routeTable, type Route } from '@parley/gateway/routes'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { connectDevice, encodeWav, type VirtualDevice } from '@parley/testkit/device'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newDeviceId, setupToken, startPlatform, type Platform } from '../platform.ts'
import { appCode } from './app-code.ts'
import {
  logIn,
  logInByJwt,
  makeKey,
  openApi,
  password,
  readToken,
  setUpAdministrator,
  signUp,
  type Answer,
  type Api,
} from './api.ts'
import { enrol, pairingCodeOf } from './helpers.ts'

/** The route table as it is; nothing is served from this one. */
const tableWith = (rtcDemo: 'off' | 'open'): readonly Route[] =>
  routeTable({
    verify: () => undefined,
    accessKeys: () => Promise.resolve([]),
    health: { read: () => Promise.reject(new Error('not served')), ready: () => Promise.resolve(false) },
    rtcDemo,
    answers: { begin: () => '', follow: () => Readable.from([]), stop: () => Promise.resolve(false) },
  })
const routes = tableWith('off')

/**
 * `other` comes with a JWT, `key` with an API key of theirs that has every scope a key may have; `stale` is an administrator
 * who has a second factor and has not shown it lately.
 */
type Caller = 'anonymous' | 'owner' | 'other' | 'admin' | 'stale' | 'narrow' | 'key'
/** The owner last: what they do may end what the others are refused. */
const callers: Caller[] = ['anonymous', 'other', 'admin', 'stale', 'narrow', 'key', 'owner']

let phones = 0
/** A number that nobody has. */
const newPhone = () => `139${String(++phones).padStart(8, '0')}`

/** What is sent to a route so that its owner may do it: the path with its parameters filled, and the body. */
type Sample = { path?: string; body?: () => unknown; status?: number }

const stack = new AsyncDisposableStack()
let platform: Platform
let apis: Record<Caller, Api>
let deviceId: string
let agentId: string
let factId: string
let alarmId: string
let doomedAgentId: string
let conversationId: string
let answerId: string
let image: { path: string; url: string }
/** Another session and a key of the owner, and somebody whom administrators act on. */
let recordingId: string
let mine: { sessionId: string; keyId: string }
let victim: { userId: string; sessionId: string }
let device: VirtualDevice

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  'base64',
)
function imageForm(): FormData {
  const form = new FormData()
  form.set('file', new Blob([png]), 'a.png')
  return form
}

/** A second of silence. */
function soundForm(): FormData {
  const form = new FormData()
  form.set('name', 'Ada')
  form.set(
    'file',
    new Blob([new Uint8Array(encodeWav({ samples: new Int16Array(16_000), sampleRateHz: 16_000 }))]),
    'a.wav',
  )
  return form
}

beforeAll(async () => {
  // Each of them asks for everything: that is more than people do in three minutes.
  const much = { RATE_LIMIT_GENERAL: '100000/60', RATE_LIMIT_CHAT: '100000/60', RATE_LIMIT_REFUSED: '100000/60' }
  platform = stack.use(await startPlatform({ AUDIO_RECORDINGS: 'on', ...much }))
  const open = openApi(platform.apiUrl)
  const admin = await setUpAdministrator(open, setupToken(), 'boss')
  const owner = await signUp(open, 'owner')
  await signUp(open, 'other')
  const other = open.as((await logInByJwt(open, 'other')).access_token)
  const key = open.as((await makeKey(other)).key)
  const stale = await withStaleFactor(admin, open)
  apis = { anonymous: open, owner, other, admin, stale, narrow: open.as(await narrow(owner.token ?? '')), key }
  const second = await readToken(await logIn(open, 'owner'))
  mine = { sessionId: second.sessionId, keyId: (await makeKey(owner)).apiKey.keyId }
  victim = await readToken(await signUp(open, 'victim'))

  deviceId = newDeviceId()
  device = stack.use(
    await connectDevice({
      url: platform.websocketUrl,
      deviceId,
      clientId: 'one',
      token: await enrol(platform.otaUrl, deviceId),
    }),
  )
  await made(owner.call('POST', '/api/device/bind', { code: await pairingCodeOf(device), name: 'Mine' }))
  const agent = await made(owner.call('POST', '/api/v1/agents', { name: 'Mine', prompt: 'Be mine.' }))
  agentId = String(agent.body['agentId'])
  const doomed = await made(owner.call('POST', '/api/v1/agents', { name: 'Gone soon', prompt: 'Be gone.' }))
  doomedAgentId = String(doomed.body['agentId'])
  const fact = await made(owner.call('POST', '/api/v1/memories', { text: 'I like coffee.' }))
  factId = String(fact.body['factId'])
  const alarm = await made(
    owner.call('POST', `/api/v1/devices/${deviceId}/alarms`, { kind: 'alarm', due: { time: '07:00' } }),
  )
  alarmId = String(alarm.body['alarmId'])
  const chat = await owner.call('POST', '/api/ai/multi-chat', { message: 'say hello' })
  conversationId = (chat.body['data'] as { conversation_id: string }).conversation_id
  const streamed = await owner.call('POST', '/api/v1/conversations/ask', { text: 'say hello' })
  answerId = /"answerId":"([^"]+)"/.exec(String(streamed.body['text']))?.[1] ?? ''
  recordingId = await recordSomething(owner)
  const uploaded = await made(owner.call('POST', '/files/upload', imageForm()))
  image = uploaded.body as typeof image
})
afterAll(() => stack.disposeAsync())

/** A sentence that is said to the owner's device, and kept. */
async function recordSomething(owner: Api): Promise<string> {
  const { userId: ownerId } = await readToken(owner)
  const recording = { turnId: crypto.randomUUID(), deviceId, ownerId }
  const format = { sampleRateHz: 24_000, frameMs: 60 } as const
  await Array.fromAsync(platform.bus.stream(audio.speak, { text: 'Hello.', format, recording }))
  const list = async () => {
    const { body } = await owner.call('GET', '/api/v1/recordings')
    return body['recordings'] as { recordingId: string }[]
  }
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; await delay(50)) {
    const [first] = await list()
    if (first) return first.recordingId
  }
  throw new Error('Nothing was recorded')
}

/** What another's foreign ids stand for has to be there first: without it, a refusal would prove nothing. */
async function made<T extends { status: number }>(answering: Promise<T>): Promise<T> {
  const answer = await answering
  if (answer.status !== 201) throw new Error(`Nothing was made: ${JSON.stringify(answer)}`)
  return answer
}

/** A token of the same user that may do nothing in particular. */
async function narrow(token: string): Promise<string> {
  const redis = new Redis(platform.corner.redisUrl, { keyPrefix: platform.corner.redisKeyPrefix })
  stack.defer(() => redis.disconnect())
  const session = JSON.parse((await redis.get(`token:${token}`)) ?? '{}') as object
  await redis.set('token:narrow', JSON.stringify({ ...session, sessionId: crypto.randomUUID(), scopes: [] }))
  return 'narrow'
}

/** Another administrator, whose session showed a second factor some time ago. */
async function withStaleFactor(admin: Api, open: Api): Promise<Api> {
  const { userId } = await readToken(await signUp(open, 'stale'))
  await admin.call('PUT', `/api/v1/admin/users/${userId}/roles`, { roles: ['admin'] })
  const stale = await logIn(open, 'stale')
  const { body } = await stale.call('POST', '/api/user/mfa/totp')
  const { secret } = body['data'] as { secret: string }
  const confirmed = await stale.call('POST', '/api/user/mfa/totp/confirm', { code: appCode(secret) })
  if (confirmed.status !== 200) throw new Error(`The second factor was not taken: ${JSON.stringify(confirmed)}`)
  const redis = new Redis(platform.corner.redisUrl)
  stack.defer(() => redis.disconnect())
  await redis.del(...(await redis.keys(`${platform.corner.redisKeyPrefix}ticket:recent-second-factor:*`)))
  return stale
}

/** Every route has its sample here: a new one without it fails. `status` is what the owner gets, when that is no success. */
const samples: Record<string, () => Sample> = {
  login: () => ({ body: () => new URLSearchParams({ username: 'owner', password: 'correct horse battery' }) }),
  register: () => ({
    body: () => ({ username: `new-${crypto.randomUUID().slice(0, 8)}`, password: 'correct horse battery' }),
  }),
  loginUser: () => ({ body: () => ({ username: 'owner', password: 'correct horse battery' }) }),
  me: () => ({}),
  readProfile: () => ({}),
  updateProfile: () => ({ body: () => ({ display_name: 'Somebody' }) }),
  setAvatar: () => ({ body: imageForm }),
  removeAvatar: () => ({}),
  readAvatar: () => ({ path: '/files/avatars/none.png', status: 404 }),
  exportAccount: () => ({}),
  deleteAccount: () => ({ body: () => ({ password: 'not this one' }), status: 401 }),
  readErasure: () => ({ path: `/api/user/erasures/${crypto.randomUUID()}`, status: 404 }),
  changePassword: () => ({ body: () => ({ current: 'not this one', password }), status: 401 }),
  forgotPassword: () => ({ body: () => ({ email: `${crypto.randomUUID()}@mail.test` }) }),
  resetPassword: () => ({ body: () => ({ token: 'used', password }), status: 401 }),
  sendLoginCode: () => ({ body: () => ({ phone: newPhone() }) }),
  loginByCode: () => ({ body: () => ({ phone: newPhone(), code: '123456' }), status: 401 }),
  sendPhoneCode: () => ({ body: () => ({ phone: newPhone() }) }),
  setPhone: () => ({ body: () => ({ phone: newPhone(), code: '123456' }), status: 401 }),
  setEmail: () => ({ body: () => ({ email: `${crypto.randomUUID()}@mail.test` }) }),
  verifyEmail: () => ({ body: () => ({ token: 'used' }), status: 401 }),
  listProviders: () => ({}),
  beginProviderLogin: () => ({ path: '/api/user/providers/none/begin', body: () => ({}), status: 404 }),
  loginByProvider: () => ({ path: '/api/user/providers/none/login', body: () => ({ code: 'c' }), status: 404 }),
  listLinks: () => ({}),
  beginLink: () => ({ body: () => ({ provider: 'none' }), status: 404 }),
  link: () => ({ body: () => ({ provider: 'none', code: 'c' }), status: 404 }),
  unlink: () => ({ body: () => ({ provider: 'none' }), status: 404 }),
  listFactors: () => ({}),
  sendChallengeCode: () => ({ body: () => ({ challenge: 'used', method: 'sms' }), status: 401 }),
  answerChallenge: () => ({ body: () => ({ challenge: 'used', method: 'totp', code: '123456' }), status: 401 }),
  beginTotp: () => ({}),
  confirmTotp: () => ({ body: () => ({ code: '000000' }), status: 401 }),
  beginSentFactor: () => ({ body: () => ({ method: 'sms' }), status: 409 }),
  confirmSentFactor: () => ({ body: () => ({ method: 'sms', code: '000000' }), status: 401 }),
  removeFactor: () => ({ body: () => ({ method: 'totp' }), status: 404 }),
  renewRecoveryCodes: () => ({ status: 409 }),
  sendStepUpCode: () => ({ body: () => ({ method: 'email' }), status: 409 }),
  stepUp: () => ({ body: () => ({ method: 'totp', code: '000000' }), status: 401 }),
  createTokens: () => ({
    body: () => ({ grant_type: 'password', username: 'owner', password: 'correct horse battery' }),
  }),
  readToken: () => ({}),
  readKeys: () => ({}),
  listSessions: () => ({}),
  endSession: () => ({ path: `/api/v1/sessions/${mine.sessionId}` }),
  createKey: () => ({ body: () => ({ name: 'Another', scopes: ['chat'] }) }),
  listKeys: () => ({}),
  revokeKey: () => ({ path: `/api/v1/keys/${mine.keyId}` }),
  macLoginNonce: () => ({ body: () => ({ mac_address: deviceId }) }),
  macLogin: () => ({ body: () => ({ mac_address: deviceId, nonce: 'n', signature: 's' }), status: 401 }),
  bindDevice: () => ({ body: () => ({ code: '000000' }), status: 404 }),
  listDevices: () => ({}),
  describeDevice: () => ({ path: `/api/v1/devices/${deviceId}` }),
  setDevice: () => ({ path: `/api/v1/devices/${deviceId}/settings`, body: () => ({ silenceMs: 500 }) }),
  transferDevice: () => ({ path: `/api/v1/devices/${deviceId}/transfer` }),
  allowDeviceRebind: () => ({ path: `/api/v1/devices/${deviceId}/rebind` }),
  readDeviceTools: () => ({ path: `/api/v1/devices/${deviceId}/tools` }),
  controlDevice: () => ({
    path: `/api/v1/devices/${deviceId}/control`,
    body: () => ({ action: 'get_status' }),
  }),
  sendDeviceCommand: () => ({
    path: `/api/v1/devices/${deviceId}/commands`,
    body: () => ({ command: { type: 'alert', message: 'Hello' } }),
  }),
  setDeviceAlarm: () => ({
    path: `/api/v1/devices/${deviceId}/alarms`,
    body: () => ({ kind: 'timer', due: { inS: 3_600 } }),
  }),
  listDeviceAlarms: () => ({ path: `/api/v1/devices/${deviceId}/alarms` }),
  cancelDeviceAlarm: () => ({ path: `/api/v1/devices/${deviceId}/alarms/${alarmId}` }),
  listDeviceCommands: () => ({ path: `/api/v1/devices/${deviceId}/commands` }),
  readDevice: () => ({ path: `/api/device/${deviceId}` }),
  updateDevice: () => ({ path: `/api/device/${deviceId}`, body: () => ({ name: 'Still mine' }) }),
  listAgents: () => ({}),
  listFacts: () => ({}),
  addFact: () => ({ body: () => ({ text: 'I like tea.' }) }),
  changeFact: () => ({ path: `/api/v1/memories/${factId}`, body: () => ({ text: 'I like tea a lot.' }) }),
  deleteFact: () => ({ path: `/api/v1/memories/${factId}` }),
  forgetPerson: () => ({}),
  createAgent: () => ({ body: () => ({ name: 'Another', prompt: 'Be another.' }) }),
  readMcpAddress: () => ({ path: `/api/v1/agents/${agentId}/mcp-address` }),
  renewMcpAddress: () => ({ path: `/api/v1/agents/${agentId}/mcp-address/renew` }),
  listMcpConnections: () => ({ path: `/api/v1/agents/${agentId}/mcp-connections` }),
  // Whoever is let in has to say that it reads both forms of an answer.
  mcp: () => ({ body: () => ({ jsonrpc: '2.0', id: 1, method: 'tools/list' }), status: 406 }),
  createImage: () => ({ body: () => ({ prompt: 'A lamp' }), status: 503 }),
  analyseImage: () => ({
    body: () => ({ image: `data:image/png;base64,${png.toString('base64')}`, aspect: 'tags' }),
    status: 503,
  }),
  listAgentTemplates: () => ({}),
  listAgentVersions: () => ({ path: `/api/v1/agents/${agentId}/versions` }),
  restoreAgent: () => ({ path: `/api/v1/agents/${agentId}/versions/1/restore` }),
  deleteAgent: () => ({ path: `/api/v1/agents/${doomedAgentId}` }),
  readAgent: () => ({ path: `/api/v1/agents/${agentId}` }),
  updateAgent: () => ({ path: `/api/v1/agents/${agentId}`, body: () => ({ name: 'Still mine' }) }),
  listConversations: () => ({}),
  readConversation: () => ({ path: `/api/v1/conversations/${conversationId}` }),
  renameConversation: () => ({ path: `/api/v1/conversations/${conversationId}`, body: () => ({ title: 'Mine' }) }),
  ask: () => ({ body: () => ({ text: 'say hello' }) }),
  followAnswer: () => ({ path: `/api/v1/answers/${answerId}` }),
  stopAnswer: () => ({ path: `/api/v1/answers/${answerId}` }),
  exportConversation: () => ({ path: `/api/v1/conversations/${conversationId}/export` }),
  chatOnce: () => ({ body: () => ({ message: 'say hello' }) }),
  chat: () => ({ body: () => ({ message: 'say hello' }) }),
  listModels: () => ({}),
  createChatCompletion: () => ({ body: () => ({ messages: [{ role: 'user', content: 'say hello' }] }) }),
  createChatCompletionLegacy: () => ({ body: () => ({ messages: [{ role: 'user', content: 'say hello' }] }) }),
  createSpeech: () => ({ body: () => ({ model: 'tts-1', voice: 'alloy', input: 'Hello.' }) }),
  createTranscription: () => ({ body: soundForm }),
  synthesize: () => ({ body: () => ({ text: 'Hello.' }) }),
  transcribe: () => ({ body: soundForm }),
  listVoices: () => ({}),
  previewVoice: () => ({}),
  listRecordings: () => ({}),
  readRecording: () => ({ path: `/api/v1/recordings/${recordingId}` }),
  deleteRecording: () => ({ path: `/api/v1/recordings/${recordingId}` }),
  deleteRecordings: () => ({ path: `/api/v1/recordings?turn_id=${crypto.randomUUID()}` }),
  listVoiceprints: () => ({}),
  enrolVoiceprint: () => ({ body: soundForm, status: 409 }),
  deleteVoiceprint: () => ({ path: `/api/v1/voiceprints/${crypto.randomUUID()}`, status: 404 }),
  uploadImage: () => ({ body: imageForm }),
  readImage: () => ({ path: image.path }),
  readSignedFile: () => ({ path: new URL(image.url).pathname + new URL(image.url).search }),
  issueDeviceRtcToken: () => ({ path: `/api/device/rtc-token/get_by_mac/?mac_address=${deviceId}`, status: 401 }),
  getScenes: () => ({}),
  callRtc: () => ({ path: '/proxy?Action=StartVoiceChat', body: () => ({ SceneID: 'none' }), status: 400 }),
  setUp: () => ({
    body: () => ({ token: 'used', username: 'boss-2', password: 'correct horse battery' }),
    status: 401,
  }),
  redeemPasswordLink: () => ({ body: () => ({ token: 'used', password: 'correct horse battery' }), status: 401 }),
  listUsers: () => ({}),
  readUser: () => ({ path: `/api/v1/admin/users/${victim.userId}` }),
  listUserSessions: () => ({ path: `/api/v1/admin/users/${victim.userId}/sessions` }),
  endUserSession: () => ({ path: `/api/v1/admin/users/${victim.userId}/sessions/${victim.sessionId}` }),
  endUserSessions: () => ({ path: `/api/v1/admin/users/${victim.userId}/sessions` }),
  makePasswordLink: () => ({ path: `/api/v1/admin/users/${victim.userId}/password-link` }),
  setRoles: () => ({ path: `/api/v1/admin/users/${victim.userId}/roles`, body: () => ({ roles: ['user'] }) }),
  disableUser: () => ({ path: `/api/v1/admin/users/${victim.userId}/disable` }),
  enableUser: () => ({ path: `/api/v1/admin/users/${victim.userId}/enable` }),
  resetFactors: () => ({ path: `/api/v1/admin/users/${victim.userId}/mfa` }),
  listRoles: () => ({}),
  putRole: () => ({ path: '/api/v1/admin/roles/helper', body: () => ({ description: 'Helps', scopes: ['users'] }) }),
  deleteRole: () => ({ path: '/api/v1/admin/roles/helper' }),
  addFirmware: () => ({
    path: '/api/v1/admin/firmware?boardType=none&layout=v2',
    body: imageForm,
    status: 400,
  }),
  listFirmware: () => ({}),
  rollOutFirmware: () => ({
    path: `/api/v1/admin/firmware/${crypto.randomUUID()}`,
    body: () => ({ percent: 5 }),
    status: 404,
  }),
  removeFirmware: () => ({ path: `/api/v1/admin/firmware/${crypto.randomUUID()}`, status: 404 }),
  listInstalledDevices: () => ({}),
  operateDevice: () => ({
    path: `/api/v1/admin/devices/${deviceId}/commands`,
    body: () => ({ command: { type: 'alert', message: 'Hello' } }),
  }),
  checkModels: () => ({}),
  listAudit: () => ({}),
  exportAudit: () => ({}),
  checkAudit: () => ({}),
  readCredits: () => ({}),
  listCreditEntries: () => ({}),
  readUserCredits: () => ({ path: `/api/v1/admin/users/${victim.userId}/credits` }),
  listUserCreditEntries: () => ({ path: `/api/v1/admin/users/${victim.userId}/credits/entries` }),
  grantCredits: () => ({
    path: `/api/v1/admin/users/${victim.userId}/credits/grants`,
    body: () => ({ amount: 5, reason: 'a welcome' }),
  }),
  adjustCredits: () => ({
    path: `/api/v1/admin/users/${victim.userId}/credits/adjustments`,
    body: () => ({ amount: 1, reason: 'a mistake' }),
  }),
  listPrices: () => ({}),
  setPrice: () => ({ body: () => ({ item: 'some-model', inputPerMillion: 1 }) }),
  proveBooks: () => ({}),
  health: () => ({}),
  live: () => ({}),
  ready: () => ({}),
  // The last ones, since they end something.
  deleteConversation: () => ({ path: `/api/v1/conversations/${conversationId}` }),
  endSessions: () => ({ path: '/api/v1/sessions?keep_current=true' }),
  unbindDevice: () => ({ path: `/api/device/${deviceId}` }),
  logout: () => ({}),
}

/** What changes one's own second factors needs one that was shown just now, of those who have one. */
const needsFactor = [
  'beginTotp',
  'confirmTotp',
  'beginSentFactor',
  'confirmSentFactor',
  'removeFactor',
  'renewRecoveryCodes',
  'deleteAccount',
]

/** What the rules of the table say that somebody gets; undefined is a success. */
function expectedRefusal(route: Route, caller: Caller): number | undefined {
  if (route.auth === 'none') return undefined
  if (caller === 'anonymous') return 401
  if (route.auth === 'admin' && caller !== 'admin' && caller !== 'stale') return 403
  if (caller === 'stale' && (route.stepUp || needsFactor.includes(route.operationId))) return 403
  if (caller === 'narrow' && route.scope) return 403
  if (caller === 'key' && !KeyScope.safeParse(route.scope).success) return 403
  if (route.owned && caller !== 'owner') return 404
  return undefined
}

test('every route says what it takes to be tested', () => {
  expect(Object.keys(samples).toSorted()).toEqual(routes.map(({ operationId }) => operationId).toSorted())
})

test('a route without authentication says why', () => {
  const open = routes.filter(({ auth }) => auth === 'none')
  expect(open.filter(({ openBecause }) => !openBecause)).toEqual([])
  expect(routes.filter(({ auth, scope }) => auth !== 'none' && !scope)).toEqual([])
})

test('whatever changes something for others needs a recent second factor', () => {
  const changes = routes.filter(({ auth, method }) => auth === 'admin' && method !== 'get')
  expect(changes.filter(({ stepUp }) => !stepUp).map(({ operationId }) => operationId)).toEqual([])
})

test('the gateway asks nothing that it has not declared', () => {
  const asked = routes.flatMap(({ contract }) => contract ?? [])
  const declared: unknown[] = parties.gateway.asks
  expect(asked.filter((contract) => !declared.includes(contract)).map(({ subject }) => subject)).toEqual([])
})

test('what a path names is somebody’s, or for administrators', () => {
  const named = routes.filter(({ path, auth, owned }) => path.includes(':') && auth === 'user' && !owned)
  expect(named.map(({ path }) => path)).toEqual([])
})

/** What a client might hope that a server takes over. */
const greedy = {
  kind: 'admin',
  role: 'admin',
  roles: ['admin'],
  scopes: ['admin', 'users'],
  userId: crypto.randomUUID(),
  ownerId: crypto.randomUUID(),
  isAdmin: true,
  ['__proto__']: { kind: 'admin' },
}

describe('nobody becomes more by saying so', () => {
  const withBody = routes.filter(({ body, bodyKind, auth }) => body && bodyKind !== 'multipart' && auth !== 'admin')
  test.each(withBody.map(({ operationId }) => operationId))('%s', async (operationId) => {
    const route = routes.find((candidate) => candidate.operationId === operationId) as Route
    const { path = route.path, body, status } = samples[operationId]?.() ?? {}
    const sample = body?.()
    const given = sample instanceof URLSearchParams ? Object.fromEntries(sample) : (sample as object)
    const fields = { ...greedy, ...given }
    const sent = route.bodyKind === 'form' ? new URLSearchParams(fields as never) : fields
    const answer = await apis.owner.call(route.method.toUpperCase(), path, sent)
    expect([status ?? route.answer.status, 400], JSON.stringify(answer.body)).toContain(answer.status)
    expect(JSON.stringify(answer.body)).not.toMatch(/"kind":"admin"|"admin"\]/)
    expect(await readToken(apis.owner)).toMatchObject({
      kind: 'user',
      scopes: expect.not.arrayContaining(['admin']) as string[],
    })
  })

  test('not even a new account', async () => {
    await apis.anonymous.call('POST', '/api/user/register', { ...greedy, username: 'greedy', password })
    expect(await readToken(await logIn(apis.anonymous, 'greedy'))).toMatchObject({ kind: 'user' })
  })
})

describe('a header says nothing about who comes', () => {
  const guarded = routes.filter(({ auth, method }) => auth !== 'none' && method === 'get')
  test.each(guarded.map(({ operationId }) => operationId))('%s', async (operationId) => {
    const route = routes.find((candidate) => candidate.operationId === operationId) as Route
    const { path = route.path } = samples[operationId]?.() ?? {}
    const { userId } = await readToken(apis.admin)
    const identity = JSON.stringify({ kind: 'admin', userId, sessionId: userId, scopes: ['admin'] })
    const names = ['X-User-Id', 'X-User', 'X-Forwarded-User', 'X-Remote-User', 'Parley-Identity', 'X-Parley-Identity']
    const headers = Object.fromEntries(names.map((name) => [name, name.endsWith('Identity') ? identity : userId]))
    const answer = await apis.anonymous.call('GET', path, undefined, {
      ...headers,
      cookie: `token=${apis.admin.token}`,
    })
    expect(answer.status).toBe(401)
  })
})

test('the open demo opens the two routes that it needs, says why, and nothing else', () => {
  const [closed, open] = [tableWith('off'), tableWith('open')]
  const changed = open.filter(({ auth }, index) => auth !== closed[index]?.auth)
  expect(changed.map(({ path, auth, scope }) => [path, auth, scope])).toEqual([
    ['/getScenes', 'optional', 'rtc'],
    ['/proxy', 'optional', 'rtc'],
  ])
  for (const { openBecause } of changed) expect(openBecause).toContain('RTC_DEMO')
  expect(closed.filter(({ auth }) => auth === 'optional')).toEqual([])
})

describe('what others name in a body or a list', () => {
  test.each<[what: string, call: () => Promise<Answer>]>([
    [
      'a conversation',
      () => apis.other.call('POST', '/api/ai/multi-chat', { message: 'hi', conversation_id: conversationId }),
    ],
    ['an agent to ask', () => apis.other.call('POST', '/api/ai/multi-chat', { message: 'hi', agent_id: agentId })],
    ['an agent to ask once', () => apis.other.call('POST', '/api/ai/chat', { message: 'hi', agent_id: agentId })],
  ])('%s of mine does not exist for them', async (_what, call) => {
    expect((await call()).status).toBe(404)
  })

  test('an agent of mine cannot be put on their device', async () => {
    const theirs = newDeviceId()
    await using other = await connectDevice({
      url: platform.websocketUrl,
      deviceId: theirs,
      clientId: 'one',
      token: await enrol(platform.otaUrl, theirs),
    })
    expect((await apis.other.call('POST', '/api/device/bind', { code: await pairingCodeOf(other) })).status).toBe(201)
    const put = await apis.other.call('PATCH', `/api/device/${theirs}`, { agent_id: agentId })
    expect(put.status).toBe(404)
  })

  test.each(['/api/device/', '/api/v1/agents', '/api/v1/conversations'])('%s has nothing of mine', async (path) => {
    const { body } = await apis.other.call('GET', path)
    for (const mine of [deviceId, agentId, conversationId]) expect(JSON.stringify(body)).not.toContain(mine)
  })
})

describe.each(Object.keys(samples))('%s', (operationId) => {
  const route = routes.find((candidate) => candidate.operationId === operationId) as Route
  test.each(callers)('for %s', async (caller) => {
    const { path = route.path, body, status } = samples[operationId]?.() ?? {}
    const answer: Answer = await apis[caller].call(route.method.toUpperCase(), path, body?.())
    const refusal = expectedRefusal(route, caller)
    const expected = refusal ?? status
    if (expected === undefined) expect(answer.status, JSON.stringify(answer.body)).toBe(route.answer.status)
    else expect(answer.status, JSON.stringify(answer.body)).toBe(expected)
  })
})

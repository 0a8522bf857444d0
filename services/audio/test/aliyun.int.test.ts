import { startNlsFake, type NlsFake, type SpeechFakeScript } from '@parley/testkit/speech-fakes'
import { expect, test } from 'vitest'
import { createAliyunRecogniser } from '../src/providers/aliyun/aliyun-recogniser.ts'
import { createAliyunRestSynthesizer } from '../src/providers/aliyun/aliyun-rest-synthesizer.ts'
import { createAliyunFlowingSynthesizer } from '../src/providers/aliyun/aliyun-synthesizer.ts'
import { createNlsToken } from '../src/providers/aliyun/nls-token.ts'
import { describeRecogniser, describeSynthesizer } from '../src/providers/conformance.ts'
import { saySentence } from './speech.ts'
import { against, vendorFailures } from './vendors.ts'

const text = 'what time is it'
const keys = { accessKeyId: 'testid', accessKeySecret: 'testsecret' }
const appKey = 'app-1'
const timeoutMs = 400
const never = new AbortController().signal

const start = (script: SpeechFakeScript = {}) => startNlsFake({ ...keys, appKey, text, ...script })
const tokenOf = ({ httpUrl }: NlsFake, more = {}) =>
  createNlsToken({ ...keys, endpoint: httpUrl, timeoutMs: 2_000, ...more })
const toRecogniser = (fake: NlsFake, more = {}) =>
  createAliyunRecogniser({
    socketUrl: `${fake.socketUrl}/ws/v1`,
    restUrl: fake.httpUrl,
    appKey,
    token: tokenOf(fake),
    timeoutMs,
    ...more,
  })
const toFlowing = (fake: NlsFake, more = {}) =>
  createAliyunFlowingSynthesizer({
    url: `${fake.socketUrl}/ws/v1`,
    appKey,
    token: tokenOf(fake),
    voice: 'longxiaochun',
    timeoutMs,
    ...more,
  })
const toRest = (fake: NlsFake, more = {}) =>
  createAliyunRestSynthesizer({
    ...keys,
    restUrl: fake.httpUrl,
    rpcUrl: fake.httpUrl,
    appKey,
    token: tokenOf(fake),
    voice: 'xiaoyun',
    create: 'rest',
    timeoutMs,
    pollMs: 10,
    taskMs: 3_000,
    ...more,
  })
const recogniser =
  (script: SpeechFakeScript = {}, more = {}) =>
  () =>
    against(start(script), (fake) => toRecogniser(fake, more))
const flowing =
  (script: SpeechFakeScript = {}, more = {}) =>
  () =>
    against(start(script), (fake) => toFlowing(fake, more))
const rest =
  (script: SpeechFakeScript = {}, more = {}) =>
  () =>
    against(start(script), (fake) => toRest(fake, more))

describeRecogniser('aliyun', {
  open: recogniser(),
  openSilent: recogniser(),
  openSlow: recogniser({ fault: 'silent' }),
  speech: () => saySentence(text),
  text,
  failures: [
    ...vendorFailures(recogniser),
    { when: 'a wrong app key', open: recogniser({}, { appKey: 'other' }), code: 'provider-rejected' },
    { when: 'a cut in the middle', open: recogniser({ cutAfterMs: 400 }), code: 'provider-failed', live: true },
    { when: 'words that come too late', open: recogniser({ firstMs: 1_000 }), code: 'timeout' },
  ],
})

const durationMs = { least: 900, most: 1_100 }
describeSynthesizer('aliyun', {
  open: flowing(),
  openSlow: flowing({ firstMs: 5_000 }),
  text,
  durationMs,
  failures: [
    ...vendorFailures(flowing),
    { when: 'a wrong app key', open: flowing({}, { appKey: 'other' }), code: 'provider-rejected' },
    { when: 'a cut in the middle', open: flowing({ cutAfterMs: 400 }), code: 'provider-failed' },
  ],
})

describeSynthesizer('aliyun by REST', {
  open: rest(),
  openSlow: rest({ fault: 'silent' }),
  text,
  durationMs,
  failures: [
    ...vendorFailures(rest),
    { when: 'a wrong app key', open: rest({}, { appKey: 'other' }), code: 'provider-rejected' },
    { when: 'a cut in the middle', open: rest({ cutAfterMs: 400 }), code: 'provider-failed' },
  ],
})

test.each(['rest', 'rpc'] as const)('a long text is a task that is waited for (%s)', async (create) => {
  await using fake = await start({ durationMs: 700 })
  const long = '很久很久以前。'.repeat(60)
  const pieces = await Array.fromAsync(
    toRest(fake, { create }).synthesise({ text: long, voice: {} }, { signal: never }),
  )
  const samples = pieces.reduce((sum, piece) => sum + ('samples' in piece ? piece.samples.length : 0), 0)
  expect(samples / 16).toBeCloseTo(700, -2)
  expect(fake.log.requests.find(({ kind }) => kind === 'task')?.said).toBe(long)
})

test('sentences come together in order, and a change that is late changes nothing', async () => {
  await using port = await recogniser({ fault: 'out-of-order' })()
  const session = port.open({}, { signal: never })
  session.push((await saySentence(text)).samples)
  session.end()
  expect(await session.result).toMatchObject({ text, confidence: 0.8 })
})

test('a token serves everybody until shortly before its end, and is renewed ahead of it', async () => {
  let now = Date.now()
  await using fake = await startNlsFake({ ...keys, appKey, tokenS: 3_600, now: () => now })
  const token = tokenOf(fake, { nowMs: () => now })
  const [first, same] = await Promise.all([token.read(), token.read()])
  expect(same).toBe(first)
  now += 3_600_000 - 5 * 60_000
  // The old one still serves while a new one is made.
  expect(await token.read()).toBe(first)
  await expect.poll(() => fake.tokens.length).toBe(2)
  await expect.poll(() => token.read()).toBe(fake.tokens[1])
  now += 2 * 3_600_000
  expect(await token.read()).toBe(fake.tokens[2])
})

test('a token that was withdrawn is made anew at once', async () => {
  await using fake = await start()
  using port = toRecogniser(fake)
  const speech = await saySentence(text)
  const hear = async () => {
    const session = port.open({}, { signal: never })
    session.push(speech.samples)
    session.end()
    return (await session.result).text
  }
  expect(await hear()).toBe(text)
  fake.withdraw(fake.tokens[0]!)
  expect(await hear()).toBe(text)
  expect(fake.tokens).toHaveLength(2)
})

test('wrong keys are refused, and no problem shows them', async () => {
  await using fake = await start()
  const token = tokenOf(fake, { accessKeySecret: 'wrong' })
  const problem = await token.read().catch((error: unknown) => error as Error)
  expect(problem).toMatchObject({ code: 'provider-rejected' })
  expect(JSON.stringify([String(problem), String((problem as Error).cause)])).not.toContain('testid')
})

import { startTencentFake, type SpeechFakeScript, type TencentFake } from '@parley/testkit/speech-fakes'
import { expect, test } from 'vitest'
import { describeRecogniser, describeSynthesizer } from '../src/providers/conformance.ts'
import { signTencentUrl } from '../src/providers/tencent/sign.ts'
import { createTencentRecogniser } from '../src/providers/tencent/tencent-recogniser.ts'
import { createTencentSynthesizer } from '../src/providers/tencent/tencent-synthesizer.ts'
import { saySentence } from './speech.ts'
import { against, vendorFailures } from './vendors.ts'

const text = 'what time is it'
const keys = { appId: '1250000000', secretId: 'AKIDEXAMPLE', secretKey: 'SECRETEXAMPLE' }
const never = new AbortController().signal

const settingsFor = ({ httpUrl, socketUrl }: TencentFake) => ({
  ...keys,
  region: 'ap-guangzhou',
  apiUrl: httpUrl,
  socketUrl,
  timeoutMs: 1_000,
})
const start = (script: SpeechFakeScript = {}) => startTencentFake({ ...keys, text, ...script })
const recogniser =
  (script: SpeechFakeScript = {}, more = {}) =>
  () =>
    against(start(script), (fake) => createTencentRecogniser({ ...settingsFor(fake), engine: '16k_zh', ...more }))
const synthesizer =
  (script: SpeechFakeScript = {}, more = {}) =>
  () =>
    against(start(script), (fake) => createTencentSynthesizer({ ...settingsFor(fake), voice: '101001', ...more }))
const whole = { appId: undefined }
const wholeRecogniser = (script: SpeechFakeScript = {}, more = {}) => recogniser(script, { ...whole, ...more })
const wholeSynthesizer = (script: SpeechFakeScript = {}, more = {}) => synthesizer(script, { ...whole, ...more })
/** The SDK tells no status of HTTP apart. */
const bySdk = ({ when }: { when: string }) => when !== '401'
const durationMs = { least: 900, most: 1_100 }

describeRecogniser('tencent', {
  open: recogniser(),
  openSilent: recogniser(),
  openSlow: recogniser({ fault: 'silent' }),
  speech: () => saySentence(text),
  text,
  failures: [
    ...vendorFailures(recogniser).filter(bySdk),
    { when: 'a wrong key', open: recogniser({}, { secretKey: 'other' }), code: 'provider-rejected' },
    { when: 'a cut in the middle', open: recogniser({ cutAfterMs: 400 }), code: 'provider-failed', live: true },
    { when: 'words that come too late', open: recogniser({ firstMs: 2_000 }), code: 'timeout' },
  ],
})

describeRecogniser('tencent without an app id', {
  open: wholeRecogniser(),
  openSilent: wholeRecogniser(),
  openSlow: wholeRecogniser({ fault: 'silent' }),
  speech: () => saySentence(text),
  text,
  failures: [
    ...vendorFailures(wholeRecogniser).filter(bySdk),
    { when: 'a wrong key', open: wholeRecogniser({}, { secretKey: 'other' }), code: 'provider-rejected' },
  ],
})

describeSynthesizer('tencent', {
  open: synthesizer(),
  openSlow: synthesizer({ firstMs: 5_000 }),
  text,
  durationMs,
  failures: [
    ...vendorFailures(synthesizer),
    { when: 'a wrong key', open: synthesizer({}, { secretKey: 'other' }), code: 'provider-rejected' },
    { when: 'a cut in the middle', open: synthesizer({ cutAfterMs: 400 }), code: 'provider-failed' },
  ],
})

describeSynthesizer('tencent without an app id', {
  open: wholeSynthesizer(),
  openSlow: wholeSynthesizer({ fault: 'silent' }),
  text,
  durationMs,
  failures: [
    ...vendorFailures(wholeSynthesizer).filter(bySdk),
    { when: 'a wrong key', open: wholeSynthesizer({}, { secretKey: 'other' }), code: 'provider-rejected' },
  ],
})

/** Known answers, made by the vendor's own SDK. */
test.each([
  [
    {
      host: 'asr.cloud.tencent.com',
      path: '/asr/v2/1250000000',
      parameters: {
        voice_id: 'c64385ee-3e5c-4fc5-bbfd-7c71addb35b0',
        voice_format: 1,
        engine_model_type: '16k_zh',
        expired: 1_673_494_772,
        needvad: 1,
        nonce: 1_673_408_372,
        secretid: 'AKIDEXAMPLE',
        timestamp: 1_673_408_372,
      },
    },
    'signature=N7TPJW0t2is8DyZso%2BBoHGWzDaQ%3D',
  ],
  [
    {
      host: 'tts.cloud.tencent.com',
      path: '/stream_wsv2',
      method: 'GET' as const,
      parameters: {
        Action: 'TextToStreamAudioWSv2',
        AppId: 1_250_000_000,
        Codec: 'pcm',
        EnableSubtitle: 0,
        Expired: 1_673_494_772,
        ModelType: 1,
        SampleRate: 16_000,
        SecretId: 'AKIDEXAMPLE',
        SessionId: 's-1',
        Speed: 0,
        Timestamp: 1_673_408_372,
        VoiceType: 101_001,
        Volume: 0,
      },
    },
    'Signature=uO%2BOG%2FEBibPro92Zq1CwIiV0o3s%3D',
  ],
])('an address is signed as the vendor signs it', (about, signed) => {
  const url = signTencentUrl({ origin: 'wss://there', secretKey: 'SECRETEXAMPLE', ...about })
  expect(url.startsWith(`wss://there${about.path}?`)).toBe(true)
  expect(url.endsWith(signed)).toBe(true)
})

test('slices stand in the order of their index, whatever order they come in', async () => {
  await using port = await recogniser({ fault: 'out-of-order' })()
  const session = port.open({}, { signal: never })
  session.push((await saySentence(text)).samples)
  session.end()
  expect((await session.result).text).toBe(text)
})

import { startHuoshanFake, startNlsFake } from '@parley/testkit/speech-fakes'
import { audio } from '@parley/contracts'
import { beforeAll, expect, test } from 'vitest'
import { openAudio } from './fixture.ts'
import { decodePackets, rootMeanSquare, saySentence, toDevicePackets } from './speech.ts'

const text = 'what time is it'
const huoshanKeys = { appId: '1', accessToken: 't' }
const nlsKeys = { accessKeyId: 'i', accessKeySecret: 's', appKey: 'a' }
const format = { sampleRateHz: 24_000, frameMs: 60 } as const
let packets: Uint8Array[]
beforeAll(async () => {
  packets = await toDevicePackets((await saySentence(text)).samples)
})

type Addresses = { httpUrl: string; socketUrl: string }
const environment = (huoshan: Addresses, nls: Addresses) => ({
  AUDIO_SERVICE_PROVIDER: 'huoshan,aliyun,local',
  AUDIO_SERVICE_HUOSHAN_APPID: huoshanKeys.appId,
  AUDIO_SERVICE_HUOSHAN_ACCESS_TOKEN: huoshanKeys.accessToken,
  AUDIO_SERVICE_HUOSHAN_URL: huoshan.httpUrl,
  ALIYUN_NLS_ACCESS_KEY_ID: nlsKeys.accessKeyId,
  ALIYUN_NLS_ACCESS_KEY_SECRET: nlsKeys.accessKeySecret,
  ALIYUN_NLS_APP_ID: nlsKeys.appKey,
  ALIYUN_NLS_META_URL: nls.httpUrl,
  ALIYUN_NLS_REST_URL: nls.httpUrl,
  ALIYUN_NLS_SOCKET_URL: `${nls.socketUrl}/ws/v1`,
  ALIYUN_NLS_FLOWING_URL: `${nls.socketUrl}/ws/v1`,
})

test('words come while somebody speaks, from the first provider', async () => {
  await using huoshan = await startHuoshanFake({ ...huoshanKeys, text })
  await using nls = await startNlsFake(nlsKeys)
  await using service = await openAudio(environment(huoshan, nls))
  const listening = await service.openListening()
  listening.send(packets)
  expect(await listening.next()).toMatchObject({ type: 'speech-start', atMs: expect.any(Number) as number })
  await expect.poll(() => huoshan.log.requests[0]?.heardMs ?? 0).toBeGreaterThan(400)
  listening.end()
  const parts = await listening.rest()
  expect(parts.map(({ type }) => type)).toContain('partial')
  expect(parts.at(-1)).toMatchObject({ type: 'final', text, provider: 'huoshan' })
})

test('a provider that is killed in the middle of an utterance is followed by the next, at once', async () => {
  await using huoshan = await startHuoshanFake({ ...huoshanKeys, text: 'never heard' })
  await using nls = await startNlsFake({ ...nlsKeys, text })
  await using service = await openAudio(environment(huoshan, nls))
  const half = Math.floor(packets.length / 2)
  const hear = async (killed: boolean) => {
    const listening = await service.openListening()
    listening.send(packets.slice(0, half))
    await huoshan.log.find(({ closed, heardMs }) => !closed && heardMs > 0)
    if (killed) huoshan.cutAll()
    listening.send(packets.slice(half))
    const endedAt = performance.now()
    listening.end()
    const final = (await listening.rest()).at(-1)
    return { final, delayMs: performance.now() - endedAt }
  }
  const { final, delayMs } = await hear(true)
  expect(final).toMatchObject({ type: 'final', text, provider: 'aliyun' })
  const { final: usual } = await hear(false)
  expect(usual).toMatchObject({ text: 'never heard', provider: 'huoshan' })
  // A busy machine may take its time; what must not happen is a wait for somebody's timeout.
  expect(delayMs).toBeLessThan(1_500)
  const metrics = await service.health('/metrics')
  expect(metrics).toContain(
    'parley_audio_provider_failures_total{provider="huoshan",side="recognition",code="provider-failed"} 1',
  )
})

test('a sentence is said by the next provider when the first one refuses, and the utterance heard by the last', async () => {
  await using huoshan = await startHuoshanFake({ ...huoshanKeys, fault: { status: 401 } })
  await using nls = await startNlsFake({ ...nlsKeys, fault: { status: 500 } })
  await using service = await openAudio(environment(huoshan, nls))
  const spoken = await Array.fromAsync(service.bus.stream(audio.speak, { text: 'Good morning.', format }))
  expect(rootMeanSquare(await decodePackets(spoken))).toBeGreaterThan(300)
  const listening = await service.openListening()
  listening.send(packets)
  listening.end()
  expect((await listening.rest()).at(-1)).toMatchObject({ text, provider: 'local' })
  expect(service.lines.join('')).not.toContain('accessToken')
  expect(JSON.parse(await service.health('/readyz'))).toMatchObject({ status: 'ready' })
})

test('what a vendor gives as Opus reaches the device as packets of its duration', async () => {
  await using huoshan = await startHuoshanFake({ ...huoshanKeys, durationMs: 1_200 })
  await using service = await openAudio({
    ...environment(huoshan, huoshan),
    AUDIO_SERVICE_PROVIDER: 'huoshan',
    AUDIO_SERVICE_HUOSHAN_TTS_FORMAT: 'ogg_opus',
  })
  const spoken = await Array.fromAsync(service.bus.stream(audio.speak, { text: 'Good morning.', format }))
  expect(spoken).toHaveLength(20)
  const sound = await decodePackets(spoken)
  expect(sound).toHaveLength(19_200)
  expect(rootMeanSquare(sound)).toBeGreaterThan(300)
})

test('what nobody can say makes no sound', async () => {
  await using service = await openAudio()
  expect(await Array.fromAsync(service.bus.stream(audio.speak, { text: '**😀** ...', format }))).toEqual([])
})

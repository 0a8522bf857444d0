import { describe, expect, test } from 'vitest'
import { signSocket, signTc3 } from './signatures.ts'

/** Known answers, made by the vendor's own SDKs. */
describe('tencent signatures', () => {
  test('of a live recognition', () => {
    const query =
      'engine_model_type=16k_zh&expired=1673494772&needvad=1&nonce=1673408372&secretid=AKIDEXAMPLE&timestamp=1673408372' +
      '&voice_format=1&voice_id=c64385ee-3e5c-4fc5-bbfd-7c71addb35b0'
    const signed = signSocket('asr.cloud.tencent.com/asr/v2/1250000000', query, 'SECRETEXAMPLE')
    expect(signed).toBe('N7TPJW0t2is8DyZso+BoHGWzDaQ=')
  })

  test('of a streamed synthesis', () => {
    const query =
      'Action=TextToStreamAudioWSv2&AppId=1250000000&Codec=pcm&EnableSubtitle=0&Expired=1673494772&ModelType=1' +
      '&SampleRate=16000&SecretId=AKIDEXAMPLE&SessionId=s-1&Speed=0&Timestamp=1673408372&VoiceType=101001&Volume=0'
    const signed = signSocket('GETtts.cloud.tencent.com/stream_wsv2', query, 'SECRETEXAMPLE')
    expect(signed).toBe('uO+OG/EBibPro92Zq1CwIiV0o3s=')
  })

  test.each([
    [
      'asr.tencentcloudapi.com',
      'asr',
      '{"EngSerViceType":"16k_zh","SourceType":1,"VoiceFormat":"wav","Data":"eGNmYXNkZmFzZmFzZGZhc2RmCg==","DataLen":19}',
      'bfd98cf1206518b604e73337b65de552fd1a762006b1b40c5ef5c735f00ce59f',
    ],
    [
      'tts.tencentcloudapi.com',
      'tts',
      '{"Text":"你好","SessionId":"session-1234"}',
      'dec61cabd4704503be292d0ccc897280e258a7ce3454bd7b82ba6cada9450919',
    ],
    ['127.0.0.1', '127', '{"Text":"hi"}', '127f2cd6d23a95e0d12d0cc64c3f1c8e72c650bb4060318a67a50f12db63c074'],
  ])('of a call to %s', (host, service, body, signature) => {
    const request = {
      method: 'POST',
      host,
      query: '',
      contentType: 'application/json',
      body,
      service,
      timestamp: 1_748_781_045,
    }
    expect(signTc3(request, 'SECRETKEYEXAMPLE00000000000000000')).toBe(signature)
  })
})

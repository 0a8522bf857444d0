import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { WebSocket } from 'ws'
import { createRequestLog, type RequestLog } from '../../request-log.ts'
import { createHeard, noteClose, type SpeechFakeRequest, type SpeechFakeScript } from '../script.ts'
import { sendJson, startSocketFake, type SocketFake, type SocketRequest } from '../socket-fake.ts'
import { speechPieces } from '../sound.ts'
import { signSocket, signTc3 } from './signatures.ts'

export type TencentFakeSettings = SpeechFakeScript & { appId: string; secretId: string; secretKey: string }

/** Tencent's speech services on loopback: live recognition, streamed synthesis, SentenceRecognition and TextToVoice. */
export type TencentFake = SocketFake & { readonly log: RequestLog<SpeechFakeRequest> }

const freshS = 300

export async function startTencentFake(settings: TencentFakeSettings): Promise<TencentFake> {
  const { appId, secretId, secretKey, fault } = settings
  const log = createRequestLog<SpeechFakeRequest>(({ kind, refused }) => `${kind} ${refused ?? ''}`)

  /** What is wrong with the address is said after the upgrade, as the vendor does. */
  function wrongWith(before: string, query: string): string | undefined {
    const given = new URLSearchParams(query)
    const read = (name: string) => given.get(name) ?? given.get(name.toLowerCase())
    const timestamp = Number(read('Timestamp'))
    if (read('SecretId') !== secretId) return 'secretid'
    if (read('Signature') !== signSocket(before, query, secretKey)) return 'signature'
    if (Math.abs(timestamp - Date.now() / 1_000) > freshS || Number(read('Expired')) <= timestamp) return 'timestamp'
    return undefined
  }

  function onUpgrade({ path, query }: SocketRequest) {
    if (typeof fault === 'object') return { status: fault.status }
    if (path === `/asr/v2/${appId}`) {
      const wrong = wrongWith(`asr.cloud.tencent.com${path}`, query)
      return (client: WebSocket) => hear(client, query, wrong)
    }
    if (path !== '/stream_wsv2') return { status: 404 }
    const given = new URLSearchParams(query)
    const wrong = given.get('AppId') === appId ? wrongWith(`GETtts.cloud.tencent.com${path}`, query) : 'appid'
    return (client: WebSocket) => say(client, given, wrong)
  }

  function hear(client: WebSocket, query: string, wrong: string | undefined) {
    const { text = '', firstMs = 0, cutAfterMs = Infinity } = settings
    const given = new URLSearchParams(query)
    const voiceId = given.get('voice_id')
    const request: SpeechFakeRequest = { kind: 'recognition', heardMs: 0, closed: false }
    const heard = createHeard()
    log.add(request)
    const tell = (more: object) =>
      client.send(JSON.stringify({ code: 0, message: 'success', voice_id: voiceId, ...more }))
    const fail = (code: number, message: string) => {
      request.refused = message
      log.changed()
      tell({ code, message })
      client.close()
    }
    noteClose(client, request, log)
    if (wrong || fault === 'denied') return fail(4002, wrong ?? 'denied')
    if (fault === 'busy') return fail(4006, 'concurrency')
    if (!given.get('engine_model_type') || given.get('voice_format') !== '1' || !voiceId)
      return fail(4001, 'parameters')
    if (!/^\d{1,10}$/.test(given.get('nonce') ?? '')) return fail(4001, 'nonce')
    if (fault === 'silent') return
    tell({})

    const slice = (index: number, type: number, words: string) =>
      tell({
        message_id: randomUUID(),
        result: {
          slice_type: type,
          index,
          start_time: 0,
          end_time: heard.ms,
          voice_text_str: words,
          word_size: 0,
          word_list: [],
        },
      })
    client.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        heard.take(data)
        request.heardMs = heard.ms
        if (heard.ms >= cutAfterMs) return client.terminate()
        if (heard.isSpeech && heard.ms >= 400 && heard.ms % 400 < 40) slice(0, 1, text.split(' ').slice(0, 2).join(' '))
        return
      }
      if ((JSON.parse(data.toString()) as { type?: string }).type !== 'end') return fail(4010, 'unknown text')
      setTimeout(() => {
        const words = text.split(' ')
        if (heard.isSpeech) {
          if (fault === 'out-of-order') slice(1, 2, words.slice(2).join(' '))
          slice(0, 2, words.slice(0, 2).join(' '))
          if (fault !== 'out-of-order') slice(1, 2, words.slice(2).join(' '))
        }
        tell({ message_id: randomUUID(), final: 1 })
      }, firstMs)
    })
  }

  function say(client: WebSocket, given: URLSearchParams, wrong: string | undefined) {
    const { durationMs = 1_000, firstMs = 0, cutAfterMs = Infinity } = settings
    const sessionId = given.get('SessionId')
    const request: SpeechFakeRequest = { kind: 'synthesis', heardMs: 0, closed: false, said: '' }
    log.add(request)
    const tell = (more: object) =>
      client.send(
        JSON.stringify({ code: 0, message: 'success', session_id: sessionId, request_id: randomUUID(), ...more }),
      )
    const fail = (code: number, message: string) => {
      request.refused = message
      log.changed()
      tell({ code, message })
      client.close()
    }
    noteClose(client, request, log)
    if (wrong || fault === 'denied') return fail(10003, wrong ?? 'denied')
    if (fault === 'busy') return fail(10007, 'concurrency')
    if (given.get('Action') !== 'TextToStreamAudioWSv2' || given.get('Codec') !== 'pcm')
      return fail(10001, 'parameters')
    if (fault === 'silent') return
    tell({ ready: 1 })

    client.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as {
        session_id?: string
        message_id?: string
        action?: string
        data?: string
      }
      if (message.session_id !== sessionId || !message.message_id) return fail(10001, 'session_id')
      if (message.action === 'ACTION_SYNTHESIS') request.said += message.data ?? ''
      else if (message.action === 'ACTION_COMPLETE') void speak()
      else fail(10001, 'action')
    })
    async function speak() {
      log.changed()
      const pieces = await speechPieces(durationMs, Number(given.get('SampleRate')))
      await new Promise((resolve) => setTimeout(resolve, firstMs))
      tell({ heartbeat: 1 })
      let sentMs = 0
      for (const piece of pieces) {
        if (sentMs >= cutAfterMs) return client.terminate()
        client.send(piece)
        sentMs += 100
      }
      tell({ final: 1 })
    }
  }

  async function onRequest({ method, headers, body, query }: SocketRequest, response: ServerResponse) {
    if (fault === 'silent') return
    if (typeof fault === 'object') return sendJson(response, {}, fault.status)
    const RequestId = randomUUID()
    const refuse = (Code: string) => {
      log.add({ kind: 'recognition', refused: Code, heardMs: 0, closed: true })
      sendJson(response, { Response: { Error: { Code, Message: 'refused' }, RequestId } })
    }
    const read =
      /^TC3-HMAC-SHA256 Credential=([^/]+)\/(\d{4}-\d\d-\d\d)\/([^/]+)\/tc3_request, ?SignedHeaders=content-type;host, ?Signature=([\da-f]{64})$/.exec(
        headers.authorization ?? '',
      )
    const timestamp = Number(headers['x-tc-timestamp'])
    if (!read || read[1] !== secretId) return refuse('AuthFailure.SecretIdNotFound')
    if (Math.abs(timestamp - Date.now() / 1_000) > freshS) return refuse('AuthFailure.SignatureExpire')
    const host = (headers.host ?? '').replace(/:\d+$/, '')
    const about = { method, host, query, contentType: headers['content-type'] ?? '', body: body.toString() }
    if (signTc3({ ...about, service: read[3]!, timestamp }, secretKey) !== read[4])
      return refuse('AuthFailure.SignatureFailure')
    if (fault === 'denied') return refuse('UnauthorizedOperation')
    if (fault === 'busy') return refuse('RequestLimitExceeded')
    const asked = JSON.parse(about.body) as Record<string, unknown>
    if (headers['x-tc-action'] === 'SentenceRecognition' && headers['x-tc-version'] === '2019-06-14') {
      const sound = Buffer.from(String(asked['Data']), 'base64')
      if (asked['DataLen'] !== sound.length || asked['SourceType'] !== 1) return refuse('InvalidParameterValue')
      if (asked['VoiceFormat'] !== 'pcm' || !asked['EngSerViceType']) return refuse('InvalidParameter')
      const heard = createHeard()
      heard.take(sound)
      log.add({ kind: 'recognition', heardMs: heard.ms, closed: true })
      const Result = heard.isSpeech ? (settings.text ?? '') : ''
      setTimeout(
        () =>
          sendJson(response, { Response: { Result, AudioDuration: heard.ms, WordSize: 0, WordList: null, RequestId } }),
        settings.firstMs ?? 0,
      )
      return
    }
    if (headers['x-tc-action'] !== 'TextToVoice' || headers['x-tc-version'] !== '2019-08-23')
      return refuse('InvalidAction')
    if (String(asked['Text']).length > 150 || !asked['SessionId']) return refuse('InvalidParameterValue.TextTooLong')
    log.add({ kind: 'synthesis', said: String(asked['Text']), heardMs: 0, closed: true })
    const sound = Buffer.concat(await speechPieces(settings.durationMs ?? 1_000, Number(asked['SampleRate'])))
    sendJson(response, {
      Response: { Audio: sound.toString('base64'), SessionId: asked['SessionId'], RequestId, Subtitles: [] },
    })
  }

  const fake = await startSocketFake({ onUpgrade, onRequest: (request, response) => onRequest(request, response) })
  return Object.assign(fake, { log })
}

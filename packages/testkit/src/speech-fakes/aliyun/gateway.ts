import { randomBytes } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { RequestLog } from '../../request-log.ts'
import { createHeard, type SpeechFakeRequest, type SpeechFakeScript } from '../script.ts'
import { speechPieces } from '../sound.ts'

type Header = { message_id: string; task_id: string; namespace: string; name: string; appkey: string }
type Message = { header: Header; payload: Record<string, unknown>; context?: { sdk?: object } }
type Said = Record<string, unknown>

const hex = /^[\da-f]{32}$/
const recogniser = 'SpeechTranscriber'
const synthesizer = 'FlowingSpeechSynthesizer'

/** Tasks one after the other on one connection, each with an id of its own and every message with another. */
export function talk(
  script: SpeechFakeScript & { appKey: string },
  log: RequestLog<SpeechFakeRequest>,
): (client: WebSocket) => void {
  const { text = '', durationMs = 1_000, firstMs = 0, cutAfterMs = Infinity, fault } = script
  return (client) => {
    const ids = new Set<string>()
    const heard = createHeard()
    let task: Header | undefined
    let toSay = ''
    let request: SpeechFakeRequest | undefined

    const say = (name: string, payload: Said = {}, status = 20000000, status_text = 'Gateway:SUCCESS:Success.') => {
      const { namespace = '', task_id = '' } = task ?? {}
      const header = { namespace, name, status, message_id: randomBytes(16).toString('hex'), task_id, status_text }
      client.send(JSON.stringify({ header, payload }))
    }
    const fail = (status: number, message: string) => {
      if (request) request.refused = message
      else log.add({ kind: 'recognition', refused: message, heardMs: 0, closed: true })
      log.changed()
      say('TaskFailed', {}, status, message)
      client.close()
    }
    client.on('close', () => {
      if (request) request.closed = true
      log.changed()
    })
    client.on('message', (data: Buffer, isBinary) => {
      if (client.readyState !== client.OPEN) return
      if (isBinary) return hear(data)
      try {
        take(JSON.parse(data.toString()) as Message)
      } catch (error) {
        fail(40000002, (error as Error).message)
      }
    })

    function take({ header, payload, context }: Message) {
      if (!hex.test(header.message_id) || ids.has(header.message_id)) throw new Error('message_id')
      if (!hex.test(header.task_id) || (task && header.task_id !== task.task_id)) throw new Error('task_id')
      if (header.appkey !== script.appKey) return fail(40020105, 'APPKEY_NOT_EXIST')
      if (!context?.sdk) throw new Error('context')
      ids.add(header.message_id)
      if (header.name === 'StartTranscription') return begin(header, payload, recogniser)
      if (header.name === 'StartSynthesis') return begin(header, payload, synthesizer)
      if (!task || header.namespace !== task.namespace) throw new Error(`${header.name} before its start`)
      if (header.name === 'StopTranscription') return finishHearing()
      if (header.name === 'RunSynthesis') {
        toSay += String(payload['text'])
        return
      }
      if (header.name === 'StopSynthesis') return void speak()
      throw new Error(header.name)
    }
    function begin(header: Header, payload: Said, namespace: string) {
      if (task || header.namespace !== namespace) throw new Error('namespace')
      if (payload['format'] !== 'pcm' || typeof payload['sample_rate'] !== 'number') throw new Error('format')
      if (namespace === synthesizer && !payload['voice']) throw new Error('voice')
      task = header
      request = { kind: namespace === recogniser ? 'recognition' : 'synthesis', heardMs: 0, closed: false }
      log.add(request)
      if (fault === 'denied') return fail(40000001, 'Gateway:ACCESS_DENIED:The token is invalid!')
      if (fault === 'busy') return fail(40000005, 'Gateway:TOO_MANY_REQUESTS:Too many requests!')
      if (fault !== 'silent')
        say(namespace === recogniser ? 'TranscriptionStarted' : 'SynthesisStarted', { session_id: '1' })
    }
    function hear(data: Buffer) {
      if (task?.namespace !== recogniser) return fail(40000002, 'sound without a start')
      heard.take(data)
      if (request) request.heardMs = heard.ms
      if (heard.ms >= cutAfterMs) return client.terminate()
      if (fault === 'silent' || !heard.isSpeech || heard.ms < 400 || heard.ms % 500 >= 100) return
      say('TranscriptionResultChanged', { index: 1, time: heard.ms, result: text.split(' ').slice(0, 2).join(' ') })
    }
    function finishHearing() {
      if (fault === 'silent') return
      setTimeout(() => {
        const words = text.split(' ')
        if (heard.isSpeech) {
          // Two sentences, as the gateway cuts an utterance with a pause in it.
          say('SentenceBegin', { index: 1, time: 0 })
          say('SentenceEnd', {
            index: 1,
            time: 500,
            begin_time: 0,
            result: words.slice(0, 2).join(' '),
            confidence: 0.9,
            words: [],
          })
          // What was on its way when the sentence ended comes after it.
          if (fault === 'out-of-order')
            say('TranscriptionResultChanged', { index: 1, time: 400, result: 'something else' })
          const rest = words.slice(2).join(' ')
          if (rest !== '')
            say('SentenceEnd', { index: 2, time: 900, begin_time: 500, result: rest, confidence: 0.8, words: [] })
        }
        say('TranscriptionCompleted')
        task = undefined
      }, firstMs)
    }
    async function speak() {
      if (request) request.said = toSay
      log.changed()
      const pieces = await speechPieces(durationMs, 16_000)
      await new Promise((resolve) => setTimeout(resolve, firstMs))
      say('SentenceBegin', { index: 1 })
      let sentMs = 0
      for (const piece of pieces) {
        if (sentMs >= cutAfterMs) return client.terminate()
        client.send(piece)
        sentMs += 100
        if (sentMs === 200) say('SentenceSynthesis', { subtitles: [] })
      }
      say('SentenceEnd', { index: 1 })
      say('SynthesisCompleted', { measureType: 'duration', measureLength: durationMs })
      task = undefined
    }
  }
}

import type { WebSocket } from 'ws'
import type { RequestLog } from '../../request-log.ts'
import { createHeard, noteClose, type SpeechFakeRequest, type SpeechFakeScript } from '../script.ts'
import { readWire, toJsonPayload, writeWire, type Wire } from './wire.ts'

/** One utterance: the first frame says what comes, the others are numbered in one row, and the last has a negative number. */
export function hear(script: SpeechFakeScript, log: RequestLog<SpeechFakeRequest>): (client: WebSocket) => void {
  const { text = '', firstMs = 0, cutAfterMs = Infinity, fault } = script
  return (client) => {
    const request: SpeechFakeRequest = { kind: 'recognition', heardMs: 0, closed: false }
    const heard = createHeard()
    let expected = 1
    let over = false

    const answer = (last: boolean, words: string) => {
      const result = {
        text: words,
        utterances: [{ text: words, start_time: 0, end_time: 900, definite: last, words: toWords(words) }],
      }
      const sequence = last ? -expected : expected
      const wire = { type: 9, flags: last ? 3 : 1, serialization: 1, compression: 1, sequence }
      client.send(writeWire({ ...wire, payload: toJsonPayload({ audio_info: { duration: heard.ms }, result }) }))
    }
    const fail = (code: number, message: string) => {
      request.refused = message
      log.changed()
      over = true
      client.send(
        writeWire({
          type: 15,
          flags: 0,
          serialization: 1,
          compression: 0,
          code,
          payload: toJsonPayload({ error: message }),
        }),
      )
      client.close()
    }

    noteClose(client, request, log)
    client.on('message', (data: Buffer) => {
      if (over) return
      try {
        take(readWire(data))
      } catch (error) {
        fail(45000001, (error as Error).message)
      }
    })

    function take(wire: Wire) {
      if (expected === 1) begin(wire)
      else hearAudio(wire)
    }
    function begin(wire: Wire) {
      log.add(request)
      if (wire.type !== 1 || wire.serialization !== 1 || wire.compression !== 1)
        throw new Error('no full client request')
      if (wire.flags !== 1 || wire.sequence !== 1) throw new Error('the first sequence is not 1')
      const { audio, request: what } = JSON.parse(wire.payload.toString()) as Record<string, Record<string, unknown>>
      if (what?.['model_name'] !== 'bigmodel') throw new Error('no model_name')
      if (audio?.['format'] !== 'pcm' || audio['rate'] !== 16_000 || audio['bits'] !== 16)
        throw new Error('no such audio')
      expected = 2
      if (fault === 'denied') return fail(45000030, 'resource not granted')
      if (fault === 'busy') return fail(45000000, 'quota exceeded for types: concurrency')
      if (fault !== 'silent') answer(false, '')
    }
    function hearAudio(wire: Wire) {
      const last = wire.flags === 3
      if (wire.type !== 2 || wire.serialization !== 0 || wire.compression !== 1) throw new Error('no gzipped audio')
      if (!last && wire.flags !== 1) throw new Error('audio without a sequence')
      if (wire.sequence !== (last ? -expected : expected)) throw new Error(`sequence ${wire.sequence} for ${expected}`)
      expected++
      heard.take(wire.payload)
      request.heardMs = heard.ms
      log.changed()
      if (heard.ms >= cutAfterMs) {
        over = true
        client.terminate()
        return
      }
      if (fault === 'silent') return
      const words = heard.isSpeech ? text : ''
      if (!last) {
        if (heard.ms >= 400) answer(false, words.split(' ').slice(0, 2).join(' '))
        return
      }
      over = true
      // The vendor's frames come in the order of its work; a number that is lower than the one before is not the newest.
      if (fault === 'out-of-order') answer(false, 'something else')
      setTimeout(() => answer(true, words), firstMs)
    }
  }
}

function toWords(text: string) {
  return text
    .split(' ')
    .filter(Boolean)
    .map((word, index) => ({ text: word, start_time: index * 200, end_time: index * 200 + 180, blank_duration: 0 }))
}

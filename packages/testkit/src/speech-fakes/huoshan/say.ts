import type { WebSocket } from 'ws'
import type { RequestLog } from '../../request-log.ts'
import type { SpeechFakeRequest, SpeechFakeScript } from '../script.ts'
import { oggSpeechPieces, speechPieces } from '../sound.ts'
import { readWire, toJsonPayload, writeWire, type Wire } from './wire.ts'

type Params = { speaker?: string; text?: string; audio_params?: { format?: string; sample_rate?: number } }
type Session = { id: string; params: Params; text: string; request: SpeechFakeRequest }

/** StartConnection, then sessions one after the other, each begun, told and finished, then its sound. */
export function say(script: SpeechFakeScript, log: RequestLog<SpeechFakeRequest>): (client: WebSocket) => void {
  const { durationMs = 1_000, firstMs = 0, cutAfterMs = Infinity, fault } = script
  return (client) => {
    let connected = false
    let session: Session | undefined

    const send = (event: number, id: string, payload: Buffer, type = 9) =>
      client.send(writeWire({ type, flags: 4, serialization: type === 9 ? 1 : 0, compression: 0, event, id, payload }))
    const fail = (code: number, message: string) => {
      if (session) session.request.refused = message
      else log.add({ kind: 'synthesis', refused: message, heardMs: 0, closed: true })
      log.changed()
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
    client.on('close', () => {
      if (session) session.request.closed = true
      log.changed()
    })
    client.on('message', (data: Buffer) => {
      try {
        take(readWire(data))
      } catch (error) {
        fail(45000001, (error as Error).message)
      }
    })

    function take(wire: Wire) {
      if (wire.type !== 1 || wire.flags !== 4 || wire.serialization !== 1) throw new Error('no full client request')
      const payload = JSON.parse(wire.payload.toString()) as { event?: number; namespace?: string; req_params?: Params }
      if (wire.event === 1) {
        if (connected) throw new Error('connected twice')
        connected = true
        if (fault !== 'silent') send(50, 'connection-1', toJsonPayload({}))
        return
      }
      if (!connected) throw new Error('no StartConnection')
      if (wire.event === 2) return send(52, 'connection-1', toJsonPayload({}))
      if (!wire.id) throw new Error('no session id')
      if (wire.event === 100) return begin(wire.id, payload)
      if (!session || wire.id !== session.id) throw new Error('no such session')
      if (wire.event === 200) {
        if (payload.event !== 200 || payload.namespace !== 'BidirectionalTTS') throw new Error('no TaskRequest')
        session.text += payload.req_params?.text ?? ''
      } else if (wire.event === 102) void finish(session)
      else throw new Error(`event ${wire.event}`)
    }
    function begin(id: string, payload: { event?: number; namespace?: string; req_params?: Params }) {
      if (session) throw new Error('a session is active')
      if (payload.event !== 100 || payload.namespace !== 'BidirectionalTTS') throw new Error('no StartSession')
      const params = payload.req_params ?? {}
      if (!params.speaker || !params.audio_params?.sample_rate) throw new Error('no speaker or no audio_params')
      const request: SpeechFakeRequest = { kind: 'synthesis', heardMs: 0, closed: false }
      log.add(request)
      session = { id, params, text: '', request }
      if (fault === 'denied') return fail(45000000, 'speaker permission denied')
      if (fault === 'busy') return fail(45000000, 'quota exceeded for types: concurrency')
      if (fault !== 'silent') send(150, id, toJsonPayload({}))
    }
    async function finish(own: Session) {
      own.request.said = own.text
      log.changed()
      const { format = 'pcm', sample_rate: rate = 24_000 } = own.params.audio_params ?? {}
      const pieces = format === 'ogg_opus' ? await oggSpeechPieces(durationMs) : await speechPieces(durationMs, rate)
      await new Promise((resolve) => setTimeout(resolve, firstMs))
      if (fault === 'out-of-order') send(352, 'a session that is over', Buffer.alloc(4_800, 7), 11)
      send(350, own.id, toJsonPayload({ text: own.text }))
      let sentMs = 0
      for (const piece of pieces) {
        if (sentMs >= cutAfterMs) return client.terminate()
        send(352, own.id, piece, 11)
        sentMs += durationMs / pieces.length
      }
      if (sentMs >= cutAfterMs) return client.terminate()
      send(351, own.id, toJsonPayload({ text: own.text }))
      session = undefined
      send(152, own.id, toJsonPayload({ status_code: 20000000, message: 'ok' }))
    }
  }
}

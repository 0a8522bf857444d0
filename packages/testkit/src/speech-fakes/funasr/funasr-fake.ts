import type { WebSocket } from 'ws'
import { createRequestLog, type RequestLog } from '../../request-log.ts'
import { createHeard, noteClose, type SpeechFakeRequest, type SpeechFakeScript } from '../script.ts'
import { startSocketFake, type SocketFake } from '../socket-fake.ts'

export type FunasrFakeSettings = SpeechFakeScript & {
  /** Which of the two servers it is like: they mark the last message differently. */
  server?: 'cpp' | 'python'
}

/** A FunASR runtime on loopback. */
export type FunasrFake = SocketFake & { readonly log: RequestLog<SpeechFakeRequest> }

type Begin = {
  mode?: string
  chunk_size?: number[]
  is_speaking?: boolean
  audio_fs?: number
  wav_name?: string
  wav_format?: string
}

export async function startFunasrFake(settings: FunasrFakeSettings): Promise<FunasrFake> {
  const { text = '', firstMs = 0, cutAfterMs = Infinity, fault, server = 'cpp' } = settings
  const log = createRequestLog<SpeechFakeRequest>(({ kind, refused }) => `${kind} ${refused ?? ''}`)

  function talk(client: WebSocket) {
    const request: SpeechFakeRequest = { kind: 'recognition', heardMs: 0, closed: false }
    const heard = createHeard()
    const words = text.split(' ')
    let begun: Begin | undefined
    let said = 0
    let speaking = true

    const refuse = (why: string) => {
      request.refused = why
      log.changed()
      client.close(1011)
    }
    const tell = (mode: string, part: string, last: boolean) => {
      // The Python server says `is_final` while somebody speaks; the C++ server when it is.
      const is_final = server === 'python' ? speaking : last
      client.send(JSON.stringify({ mode, text: part, wav_name: begun?.wav_name, is_final, timestamp: '[[0,200]]' }))
    }
    noteClose(client, request, log)
    client.on('message', (data: Buffer, isBinary) => {
      if (isBinary) return hear(data)
      const message = JSON.parse(data.toString()) as Begin
      if (!begun) return begin(message)
      if (message.is_speaking !== false) return refuse('is_speaking')
      speaking = false
      if (fault !== 'silent') setTimeout(finish, firstMs)
    })

    function begin(message: Begin) {
      log.add(request)
      const right = ['offline', 'online', '2pass'].includes(message.mode ?? '') && message.is_speaking === true
      if (!right || message.audio_fs !== 16_000 || message.wav_format !== 'pcm' || !message.wav_name)
        return refuse('begin')
      if (message.mode !== 'offline' && message.chunk_size?.length !== 3) return refuse('chunk_size')
      begun = message
      if (fault === 'denied' || fault === 'busy') refuse(fault)
    }
    function hear(data: Buffer) {
      if (!begun) return refuse('sound before the beginning')
      heard.take(data)
      request.heardMs = heard.ms
      if (heard.ms >= cutAfterMs) return client.terminate()
      if (fault === 'silent' || begun.mode === 'offline' || !heard.isSpeech) return
      // A piece about every 600 ms, the chunk size that was asked for.
      if (heard.ms / 600 < said + 1 || said >= words.length - 1) return
      tell(begun.mode === 'online' ? 'online' : '2pass-online', `${words[said++]} `, false)
    }
    function finish() {
      const isSpeech = heard.isSpeech
      if (begun?.mode === 'online') return tell('online', isSpeech ? words.slice(said).join(' ') : '', true)
      tell(begun?.mode === 'offline' ? 'offline' : '2pass-offline', isSpeech ? text : '', true)
    }
  }

  const fake = await startSocketFake({
    onUpgrade: () => (typeof fault === 'object' ? { status: fault.status } : talk),
  })
  return Object.assign(fake, { log })
}

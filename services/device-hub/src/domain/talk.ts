import { Problem, toProblem, type OpusFormat } from '@parley/contracts'
import { toOggOpus, type TalkMessage } from '@parley/device-protocol'
import { startListening } from './listening.ts'
import type { Clock, Ears, Eyes, Mind, NewId, Voice } from './ports.ts'
import { createSentenceSplitter, isSpeakable, toSpeakable } from './sentences.ts'

/** Who talks: a device of somebody's. */
export type Talker = { deviceId: string; ownerId: string | undefined; agentId: string | undefined }

/** What a client is told: words as they are known, sound for each sentence as Ogg Opus in Base64. */
export type TalkAnswer =
  | { type: 'stt'; text: string }
  | { type: 'text'; text: string }
  | { type: 'audio'; audio: string; format: 'ogg-opus'; text: string }
  | { type: 'done' }
  | { type: 'error'; code: string; message: string }

export type TalkPorts = {
  ears: Ears
  mind: Mind
  voice: Voice
  eyes: Eyes
  clock: Clock
  newId: NewId
  /** Keeps a picture, and says under which key. @throws Problem for what is no picture */
  keepPicture: (deviceId: string, bytes: Uint8Array) => Promise<string>
  format: OpusFormat
  maxSpeechMs: number
}

export type Talk = {
  /** One message after the other; `overloaded` is told when too many wait. */
  receive: (message: TalkMessage) => void
  close: () => void
}

const mostWaiting = 8

/**
 * A conversation with a client that is no firmware: whole messages in, words and sound out. Nothing is paced; what was sent counts
 * as heard.
 */
export function createTalk(
  whoTalks: () => Promise<Talker>,
  send: (answer: TalkAnswer) => void,
  ports: TalkPorts,
): Talk {
  const { mind, voice, eyes, newId, keepPicture, format, maxSpeechMs } = ports
  const closing = new AbortController()
  let waiting = 0
  let last: Promise<void> = Promise.resolve()
  let language: string | undefined

  async function answer(message: TalkMessage) {
    const talker = await whoTalks()
    if (message.type === 'text') return reply(talker, message.text)
    if (message.type === 'image') return describe(talker, message)
    const text = await hear(message.sound)
    if (closing.signal.aborted) return
    send({ type: 'stt', text })
    if (text !== '') await reply(talker, text)
  }

  /** The sound is all there: it is recognised as if a button had been held meanwhile. */
  function hear({ codec, frameMs, frames }: (TalkMessage & { type: 'audio' })['sound']): Promise<string> {
    return new Promise((resolve, reject) => {
      const endpointing = { mode: 'manual' as const, silenceMs: 400, maxSpeechMs }
      const uplink: OpusFormat = { sampleRateHz: 16_000, frameMs }
      const listening = startListening({ format: uplink, codec, endpointing, language, early: frames }, ports, {
        onSpeechStart: () => undefined,
        onPartial: () => undefined,
        onHeard: (heard) => {
          language = heard.language ?? language
          resolve(heard.text)
        },
        onFailed: reject,
      })
      listening.finish()
      closing.signal.addEventListener('abort', () => {
        listening.stop()
        resolve('')
      })
    })
  }

  async function reply({ deviceId, ownerId, agentId }: Talker, text: string) {
    const { signal } = closing
    const turnId = newId()
    const splitter = createSentenceSplitter()
    const said: string[] = []
    let chosen = { language }
    const say = async (sentence: string) => {
      said.push(sentence)
      await speak(sentence, chosen)
    }
    try {
      for await (const part of mind.reply({ turnId, deviceId, ownerId, agentId, text, language }, { signal })) {
        if (part.type === 'started') chosen = { language, ...part.voice }
        if (part.type === 'text-delta') for (const sentence of splitter.push(part.text)) await say(sentence)
      }
      for (const sentence of splitter.flush()) await say(sentence)
    } finally {
      mind.recordHeard({ turnId, deviceId, text: said.join(' '), interrupted: signal.aborted })
    }
  }

  async function describe(
    { deviceId, ownerId, agentId }: Talker,
    { image, question }: TalkMessage & { type: 'image' },
  ) {
    const imageKey = await keepPicture(deviceId, image)
    const seen = await eyes.look({ deviceId, ownerId, agentId, imageKey, question, language })
    const splitter = createSentenceSplitter()
    for (const sentence of [...splitter.push(seen), ...splitter.flush()]) await speak(sentence, { language })
  }

  async function speak(sentence: string, chosen: { language?: string | undefined }) {
    const { signal } = closing
    signal.throwIfAborted()
    send({ type: 'text', text: sentence })
    const text = toSpeakable(sentence)
    if (!isSpeakable(text)) return
    const packets: Uint8Array[] = []
    for await (const packet of voice.speak({ text, voice: chosen, format }, { signal })) packets.push(packet)
    const file = Buffer.concat(toOggOpus(packets, format.frameMs, format.sampleRateHz))
    send({ type: 'audio', audio: file.toString('base64'), format: 'ogg-opus', text })
  }

  function fail(error: unknown) {
    if (closing.signal.aborted) return
    const { code, detail: message } = toProblem(error)
    send({ type: 'error', code, message })
  }

  return {
    receive: (message) => {
      if (waiting >= mostWaiting)
        return fail(new Problem('overloaded', `${mostWaiting} messages wait for their answer already`))
      waiting++
      last = last
        .then(() => (closing.signal.aborted ? undefined : answer(message)))
        .then(() => closing.signal.aborted || send({ type: 'done' }), fail)
        .then(() => void waiting--)
    },
    close: () => closing.abort(new DOMException('The connection is closed', 'AbortError')),
  }
}

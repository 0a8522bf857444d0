import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { Mode } from './options.ts'
import { frameMs, type Utterance } from './speech.ts'

/** Moments of one turn, in milliseconds since the end of speech. */
export type Turn = {
  sttMs: number
  ttsStartMs: number
  firstAudioMs: number
  /** When each audio frame came. */
  frames: number[]
  endMs: number
}

/** Why a turn has no figures. */
export class FailedTurn extends Error {
  override readonly name = 'FailedTurn'
}

const turnTimeoutMs = 15_000

export type BenchDevice = Disposable & {
  /** Says the utterance and hears the reply to its end. @throws FailedTurn */
  talk: () => Promise<Turn>
}

/** A device that does as little as a device can: packets are made beforehand, and what comes is timed, not decoded. */
export async function connectBenchDevice(
  url: string,
  deviceId: string,
  utterance: Utterance,
  mode: Mode,
): Promise<BenchDevice> {
  const headers = { 'Device-Id': deviceId, 'Client-Id': deviceId, 'Protocol-Version': '1' }
  const socket = new WebSocket(url, { headers, perMessageDeflate: false, skipUTF8Validation: true })
  let hear: ((at: number, data: Buffer, binary: boolean) => void) | undefined
  let fail: ((reason: string) => void) | undefined
  socket.on('message', (data, binary) => hear?.(performance.now(), data as Buffer, binary))
  socket.on('close', (code) => fail?.(`the connection was closed (${code})`))
  await once(socket, 'open')

  const send = (message: object) => socket.send(JSON.stringify(message))
  const audio = { format: 'opus', sample_rate: 16_000, channels: 1, frame_duration: frameMs }
  const greeted = new Promise<void>((resolve) => (hear = () => resolve()))
  send({ type: 'hello', version: 1, features: { mcp: false }, transport: 'websocket', audio_params: audio })
  await greeted
  socket.on('error', (error) => fail?.(error.message))

  async function talk(): Promise<Turn> {
    const turn: Partial<Turn> & { frames: number[] } = { frames: [] }
    let spokenAt = Number.NaN
    let timer: NodeJS.Timeout | undefined
    const over = new Promise<Turn>((resolve, reject) => {
      fail = (reason) => reject(new FailedTurn(reason))
      hear = (at, data, binary) => {
        const ms = at - spokenAt
        if (binary) {
          turn.firstAudioMs ??= ms
          return void turn.frames.push(ms)
        }
        const { type, state } = JSON.parse(data.toString()) as { type: string; state?: string }
        if (type === 'stt') turn.sttMs ??= ms
        else if (type === 'alert' || type === 'error') reject(new FailedTurn(type))
        else if (type === 'tts' && state === 'start') turn.ttsStartMs ??= ms
        else if (type === 'tts' && state === 'stop') {
          turn.endMs = ms
          const { sttMs, ttsStartMs, firstAudioMs } = turn
          const whole = sttMs !== undefined && ttsStartMs !== undefined && firstAudioMs !== undefined
          if (whole) resolve(turn as Turn)
          else reject(new FailedTurn('no audio'))
        }
      }
    })
    over.catch(() => undefined)
    try {
      if (socket.readyState !== socket.OPEN) throw new FailedTurn('the connection is closed')
      send({ type: 'listen', state: 'start', mode })
      spokenAt = await sendFrames(socket, utterance.speech)
      timer = setTimeout(() => fail?.(`nothing for ${turnTimeoutMs} ms`), turnTimeoutMs)
      if (mode === 'manual') send({ type: 'listen', state: 'stop' })
      else void sendSilence(socket, utterance.silence, spokenAt, () => turn.sttMs !== undefined)
      return await over
    } finally {
      clearTimeout(timer)
      hear = undefined
      fail = undefined
    }
  }

  return { talk, [Symbol.dispose]: () => socket.terminate() }
}

/** At the pace of a microphone, on an absolute clock; gives the moment after the last one. */
async function sendFrames(socket: WebSocket, packets: readonly Uint8Array[]): Promise<number> {
  const startedAt = performance.now()
  for (const [index, packet] of packets.entries()) {
    const waitMs = startedAt + (index + 1) * frameMs - performance.now()
    if (waitMs > 0) await delay(waitMs)
    socket.send(packet)
  }
  return performance.now()
}

/** What a microphone hears after speech, until the server has heard enough. */
async function sendSilence(socket: WebSocket, packet: Uint8Array, from: number, enough: () => boolean): Promise<void> {
  for (let count = 1; !enough() && socket.readyState === socket.OPEN && count * frameMs < turnTimeoutMs; count++) {
    await delay(Math.max(0, from + count * frameMs - performance.now()))
    socket.send(packet)
  }
}

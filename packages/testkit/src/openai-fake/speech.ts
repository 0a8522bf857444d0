import type { Exchange } from './exchange.ts'
import { wavHead } from '../device/wav.ts'
import { toOggOpus } from '@parley/device-protocol'
import type { SpeechScript } from './script.ts'
import type { SpeechBody } from './speech-body.ts'
import { longestPieceMs, packetMs, sampleRateHz, type VoiceLoop } from './voice-loop.ts'

const contentTypes = { pcm: 'audio/pcm', wav: 'audio/wav', opus: 'audio/opus' }
const msPerCharacter = 65
const shortestMs = 400
/** How much sound one write brings when it is paced. */
const pacedPieceMs = 100

/** Speaks for as long as the script says: the text is not looked at beyond its length. */
export async function answerSpeech(
  exchange: Exchange,
  body: SpeechBody,
  script: SpeechScript,
  receivedAt: number,
  voice: VoiceLoop,
): Promise<void> {
  const { firstByteMs = 0, pace, breakAfterMs = Infinity } = script
  const durationMs = Math.round(
    script.durationMs ?? Math.max(shortestMs, (body.input.length * msPerCharacter) / (body.speed ?? 1)),
  )
  const pieces = await toPieces(voice, body, durationMs, pace === undefined ? longestPieceMs : pacedPieceMs)
  exchange.head(200, { 'content-type': contentTypes[body.response_format] })

  let soundMs = 0
  for (const [index, piece] of pieces.entries()) {
    if (!(await exchange.waitUntil(receivedAt + firstByteMs + (pace ? soundMs / pace : 0)))) return
    if (soundMs >= breakAfterMs) return exchange.break()
    soundMs += piece.durationMs
    if (index < pieces.length - 1 || soundMs > breakAfterMs) exchange.write(piece.bytes)
    else exchange.end(piece.bytes)
  }
  if (soundMs > breakAfterMs) exchange.break()
}

type Piece = { bytes: Buffer; durationMs: number }

async function toPieces(
  voice: VoiceLoop,
  { response_format: format }: SpeechBody,
  durationMs: number,
  pieceMs: number,
): Promise<Piece[]> {
  if (format === 'opus') {
    const pages = toOggOpus(await voice.packets(durationMs), packetMs, sampleRateHz)
    return pages.map((bytes, index) => ({ bytes, durationMs: index < 2 ? 0 : durationMs / (pages.length - 2) }))
  }
  const pieces: Piece[] = format === 'wav' ? [{ bytes: wavHead(sampleRateHz), durationMs: 0 }] : []
  for (let at = 0; at < durationMs; at += pieceMs) {
    const end = Math.min(at + pieceMs, durationMs)
    pieces.push({ bytes: voice.pcm(at, end), durationMs: end - at })
  }
  return pieces
}

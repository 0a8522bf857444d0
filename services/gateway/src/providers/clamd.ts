import { once } from 'node:events'
import { connect } from 'node:net'
import { Problem } from '@parley/contracts'
import type { UploadScan } from '../scanned-store.ts'

export type ClamdSettings = {
  /** `clamd://host:port` */
  url: string
  /** For how long nothing may move. */
  timeoutMs?: number
}

/** What clamd itself takes at most in one piece is far above. */
const mostPiece = 64 * 1024
const endOfStream = Buffer.alloc(4)

/**
 * Asks a clamd (or what speaks like one) whether files are harmless: `INSTREAM` of clamd(8), null-terminated, each piece with its length
 * in four bytes, big-endian, before it; nothing of length zero ends it.
 */
export function createClamdScan({ url, timeoutMs = 10_000 }: ClamdSettings): UploadScan {
  const { hostname: host, port } = new URL(url)

  return async function* scan(file, signal) {
    const socket = connect({ host, port: Number(port), timeout: timeoutMs, signal })
    let said = ''
    let failure: unknown
    socket.setEncoding('utf8').on('data', (text) => (said += String(text)))
    socket.on('timeout', () => socket.destroy(new Error(`clamd was silent for ${timeoutMs} ms`)))
    socket.on('error', (error) => (failure = error))
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))

    /** Whether it is still listened to: clamd may have its verdict before the end, and leave. */
    async function tell(bytes: Uint8Array): Promise<void> {
      if (socket.destroyed || socket.write(bytes)) return
      await Promise.race([once(socket, 'drain').catch(() => undefined), closed])
    }

    try {
      await tell(Buffer.from('zINSTREAM\0'))
      for await (const chunk of file) {
        for (let at = 0; at < chunk.length; at += mostPiece) {
          const piece = chunk.subarray(at, at + mostPiece)
          const length = Buffer.alloc(4)
          length.writeUInt32BE(piece.length)
          await tell(Buffer.concat([length, piece]))
        }
        yield chunk
      }
      await tell(endOfStream)
      await closed
      judge(said.replace(/\0.*$/s, ''), failure)
    } finally {
      socket.destroy()
    }
  }
}

/** @throws Problem unless clamd said that nothing was found */
function judge(said: string, failure: unknown): void {
  if (said === 'stream: OK') return
  const [, found] = /^stream: (.+) FOUND$/.exec(said) ?? []
  if (found !== undefined)
    throw new Problem('bad-request', 'The file was refused: it is not harmless', { cause: new Error(found) })
  if (said.includes('size limit exceeded'))
    throw new Problem('too-large', 'The file is larger than what can be checked')
  throw new Problem('unavailable', 'Files cannot be checked at the moment', { cause: failure ?? new Error(said) })
}

import type { Readable } from 'node:stream'
import type { LogFile } from './log-file.ts'

/** A line of a service's log that is worth showing to whoever sits at the terminal. */
export type Notice = { level: 'warning' | 'error'; text: string }

const atLeastWarning = /^\{"level":([456])\d,/
const longestLine = 64 * 1024

/** Writes what a process prints to its log, and picks out its warnings and errors. */
export function followOutput(output: Readable, log: LogFile, onNotice: (notice: Notice) => void): void {
  let rest = ''
  output.on('data', (chunk: Buffer) => {
    log.write(chunk)
    const lines = (rest + chunk.toString()).split('\n')
    rest = (lines.pop() ?? '').slice(0, longestLine)
    for (const line of lines) {
      const notice = readNotice(line)
      if (notice) onNotice(notice)
    }
  })
}

/** A warning or error out of one line of pino's JSON; undefined for anything else. */
export function readNotice(line: string): Notice | undefined {
  const level = atLeastWarning.exec(line)?.[1]
  if (!level) return undefined
  try {
    const entry = JSON.parse(line) as { msg?: string; err?: { message?: string } }
    const parts = [entry.msg, entry.err?.message].filter((part) => part !== undefined)
    return { level: level === '4' ? 'warning' : 'error', text: [...new Set(parts)].join(': ').split('\n')[0] ?? '' }
  } catch {
    return undefined
  }
}

import { closeSync, fstatSync, openSync, renameSync, statSync, writeSync } from 'node:fs'

const limitBytes = 10 * 1024 * 1024

/** A log on disk that never takes much more than twice its limit. */
export type LogFile = Disposable & { write(chunk: Buffer): void }

/** Puts a log that has grown past the limit aside as `<file>.1`, in place of the one before. */
export function rotate(file: string, limit = limitBytes): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > limit) renameSync(file, `${file}.1`)
}

export function openLogFile(file: string, limit = limitBytes): LogFile {
  rotate(file, limit)
  let descriptor = append(file)
  let size = fstatSync(descriptor).size
  return {
    write(chunk) {
      writeOrDrop(descriptor, chunk)
      size += chunk.length
      if (size <= limit) return
      closeSync(descriptor)
      rotate(file, limit)
      descriptor = append(file)
      size = 0
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  }
}

const append = (file: string): number => openSync(file, 'a', 0o600)

/** A full disk must not end what is being logged. */
function writeOrDrop(descriptor: number, chunk: Buffer): void {
  try {
    writeSync(descriptor, chunk)
  } catch {
    // There is nowhere left to say it.
  }
}

import { open } from 'node:fs/promises'

const readAtMost = 16 * 1024

/** The last lines of a log file; empty when there is no such file. */
export async function tail(file: string, lines = 15): Promise<string> {
  try {
    await using handle = await open(file, 'r')
    const { size } = await handle.stat()
    const start = Math.max(0, size - readAtMost)
    const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(size - start), position: start })
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-lines).join('\n')
  } catch {
    return ''
  }
}

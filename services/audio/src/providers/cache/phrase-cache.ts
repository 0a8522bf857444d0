import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createOggReader } from '../../domain/ogg-packets.ts'
import { createOggWriter } from '../../domain/ogg-writer.ts'

export type PhraseCacheSettings = {
  memoryBytes: number
  /** Where phrases outlive the process; undefined for nowhere. */
  dir: string | undefined
  diskBytes: number
  onError: (error: unknown) => void
}

/** The sound of phrases, as Opus packets of one duration, by whatever makes them what they are. */
export type PhraseCache = {
  read: (key: string) => Promise<Uint8Array[] | undefined>
  /** Never fails: what cannot be kept is made again. */
  write: (key: string, packets: readonly Uint8Array[]) => Promise<void>
}

/** How the packets of a phrase are. */
export const phraseFormat = { sampleRateHz: 24_000, frameMs: 20 } as const

/**
 * Phrases in memory, the least used ones given up first, and behind it in files (Ogg Opus, so that one can listen to them), the
 * oldest ones given up first.
 */
export async function openPhraseCache(settings: PhraseCacheSettings): Promise<PhraseCache> {
  const memory = createMemory(settings.memoryBytes)
  const disk =
    settings.dir === undefined ? undefined : await openDisk(settings.dir, settings.diskBytes, settings.onError)
  const toName = (key: string) => createHash('sha256').update(key).digest('hex')
  return {
    read: async (key) => {
      const name = toName(key)
      const kept = memory.read(name)
      if (kept || !disk) return kept
      const stored = await disk.read(name)
      if (stored) memory.write(name, stored)
      return stored
    },
    write: async (key, packets) => {
      const name = toName(key)
      memory.write(name, packets)
      await disk?.write(name, packets)
    },
  }
}

const sizeOf = (packets: readonly Uint8Array[]) => packets.reduce((sum, { length }) => sum + length, 0)

function createMemory(mostBytes: number) {
  const phrases = new Map<string, Uint8Array[]>()
  let bytes = 0
  const forget = (name: string) => {
    bytes -= sizeOf(phrases.get(name) ?? [])
    phrases.delete(name)
  }
  return {
    read: (name: string) => {
      const packets = phrases.get(name)
      if (!packets) return undefined
      // The newest last: the first is the one that nobody asked for the longest.
      phrases.delete(name)
      phrases.set(name, packets)
      return packets
    },
    write: (name: string, packets: readonly Uint8Array[]) => {
      forget(name)
      phrases.set(name, [...packets])
      bytes += sizeOf(packets)
      for (const oldest of phrases.keys()) {
        if (bytes <= mostBytes) break
        forget(oldest)
      }
    },
  }
}

const extension = '.ogg'
type Stored = { bytes: number; usedAtMs: number }

async function openDisk(dir: string, mostBytes: number, onError: (error: unknown) => void) {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const files = new Map<string, Stored>()
  for (const file of await readdir(dir)) {
    // What is left of a write that never ended.
    if (file.endsWith('.part')) await rm(join(dir, file), { force: true })
    if (!file.endsWith(extension)) continue
    const { size, mtimeMs } = await stat(join(dir, file))
    files.set(file.slice(0, -extension.length), { bytes: size, usedAtMs: mtimeMs })
  }
  const pathOf = (name: string) => join(dir, `${name}${extension}`)

  async function shrink() {
    let bytes = [...files.values()].reduce((sum, file) => sum + file.bytes, 0)
    const oldest = [...files].toSorted(([, one], [, other]) => one.usedAtMs - other.usedAtMs)
    for (const [name, file] of oldest) {
      if (bytes <= mostBytes) break
      bytes -= file.bytes
      files.delete(name)
      await rm(pathOf(name), { force: true })
    }
  }
  await shrink()

  return {
    read: async (name: string): Promise<Uint8Array[] | undefined> => {
      const file = files.get(name)
      if (!file) return undefined
      try {
        const packets = createOggReader().push(await readFile(pathOf(name)))
        if (packets.length < 3) throw new Error(`${pathOf(name)} is no phrase`)
        file.usedAtMs = Date.now()
        await utimes(pathOf(name), new Date(), new Date())
        // The first two are the headers, the end of the stream has an empty page.
        return packets.slice(2)
      } catch (error) {
        files.delete(name)
        onError(error)
        return undefined
      }
    },
    write: async (name: string, packets: readonly Uint8Array[]) => {
      const writer = createOggWriter(phraseFormat)
      const bytes = Buffer.concat([writer.head(), writer.packets(packets), writer.end()])
      const part = join(dir, `${name}-${randomUUID()}.part`)
      try {
        await writeFile(part, bytes, { mode: 0o600 })
        await rename(part, pathOf(name))
        files.set(name, { bytes: bytes.length, usedAtMs: Date.now() })
        await shrink()
      } catch (error) {
        onError(error)
        await rm(part, { force: true }).catch(() => undefined)
      }
    },
  }
}

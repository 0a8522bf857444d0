import { Problem } from '@parley/contracts'
import type { ObjectStore } from '@parley/object-store'
import { storeImage } from './receive-image.ts'

/** As OpenAI's clients send them: in the request itself, or by an address that the vendor fetches. */
export type GivenImage = { url: string }
export type KeptImage = { key: string } | { url: string }

export type KeptImages = AsyncDisposable & { keep: (image: GivenImage) => Promise<KeptImage> }

const dataUrl = /^data:image\/[a-z+.-]+;base64,([A-Za-z0-9+/=\s]+)$/

/**
 * Keeps the images of one request in the object store, for as long as the request lasts: the bus carries keys, not pictures.
 * @throws Problem `bad-request` for what is neither an image nor an https address
 */
export function keepImages({
  store,
  owner,
  signal,
}: {
  store: ObjectStore
  owner: string
  signal: AbortSignal
}): KeptImages {
  const keys: string[] = []
  return {
    keep: async ({ url }) => {
      if (url.startsWith('https://')) return { url }
      const [, base64] = dataUrl.exec(url) ?? []
      if (base64 === undefined)
        throw new Problem('bad-request', 'image_url: expected an https address, or data:image/…;base64,…', {
          issues: [{ path: 'messages', message: 'an image_url that is neither an https address nor an image' }],
        })
      const settings = { store, retention: 'temporary', metadata: { owner }, signal } as const
      const { key } = await storeImage(Buffer.from(base64, 'base64'), settings)
      keys.push(key)
      return { key }
    },
    [Symbol.asyncDispose]: async () => {
      // What stays is swept as any temporary file.
      await Promise.allSettled(keys.map((key) => store.delete(key)))
    },
  }
}

import { Problem, type DrawInput, type DrawnPicture, type PictureAspect, type PictureFindings } from '@parley/contracts'
import type { Painter, PictureReader, PictureStore } from './ports.ts'

export type PicturePorts = {
  /** Undefined where nothing is set up. */
  reader: PictureReader | undefined
  painters: readonly Painter[]
  store: PictureStore
  /** Told of a painter that failed; the next one is asked. */
  failed: (painter: string, error: unknown) => void
  /** Has what is drawn paid for. */
  paid: <T>(ownerId: string, about: { model: string; count: number }, work: () => Promise<T>) => Promise<T>
}

export type PictureSettings = {
  /** Whether drawn pictures are looked at before they are given out. */
  moderate: boolean
}

export type Pictures = {
  readonly reads: boolean
  readonly draws: boolean
  /**
   * With an owner only what is theirs.
   * @throws Problem `unavailable` where nothing is set up, `not-found` for no picture
   */
  analyse: (
    imageKey: string,
    aspect: PictureAspect,
    options: { signal: AbortSignal; owner?: string },
  ) => Promise<PictureFindings>
  /** @throws Problem `unavailable`, `provider-rejected` for what may not be shown */
  draw: (
    ownerId: string,
    input: DrawInput,
    signal: AbortSignal,
  ) => Promise<{ provider: string; model: string; pictures: DrawnPicture[] }>
}

/** Pictures looked at and drawn. */
export function createPictures(ports: PicturePorts, { moderate }: PictureSettings): Pictures {
  const { reader, painters, store, failed, paid } = ports

  async function analyse(
    imageKey: string,
    aspect: PictureAspect,
    { signal, owner }: { signal: AbortSignal; owner?: string },
  ): Promise<PictureFindings> {
    if (!reader) throw new Problem('unavailable', 'Nothing is set up here that says what a picture shows')
    const url = await store.link(imageKey, owner)
    return { aspect, provider: reader.name, ...(await reader.read(url, aspect, { signal })) }
  }

  async function mustBeFit(key: string, signal: AbortSignal) {
    const { verdict } = await analyse(key, 'moderation', { signal })
    if (verdict === 'block') throw new Problem('provider-rejected', 'What was drawn may not be shown')
  }

  async function drawBy(painter: Painter, ownerId: string, input: DrawInput, signal: AbortSignal) {
    const about = { model: painter.model, count: input.count }
    return paid(ownerId, about, async () => {
      const drawn = await painter.draw(input, { signal })
      const kept = await Promise.all(drawn.map(({ bytes }) => store.keep(bytes, { owner: ownerId }, { signal })))
      if (moderate) await Promise.all(kept.map(({ key }) => mustBeFit(key, signal)))
      return { provider: painter.name, model: painter.model, pictures: kept }
    })
  }

  return {
    reads: reader !== undefined,
    draws: painters.length > 0,
    analyse,
    draw: async (ownerId, input, signal) => {
      let last: unknown = new Problem('unavailable', 'Nothing is set up here that draws')
      for (const painter of painters) {
        try {
          return await drawBy(painter, ownerId, input, signal)
        } catch (error) {
          signal.throwIfAborted()
          // Another one would draw what this one refused, or what nobody can pay for.
          if (error instanceof Problem && !error.retryable) throw error
          failed(painter.name, error)
          last = error
        }
      }
      throw last
    },
  }
}

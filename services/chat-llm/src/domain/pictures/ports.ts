import type { DrawInput, DrawnPicture, PictureAspect, PictureFindings } from '@parley/contracts'

/** Says what a picture shows. `url` is where it can be fetched. @throws Problem `provider-rejected`, `provider-failed`, `timeout` */
export type PictureReader = {
  readonly name: string
  read: (
    url: string,
    aspect: PictureAspect,
    options: { signal: AbortSignal },
  ) => Promise<Omit<PictureFindings, 'aspect' | 'provider'>>
}

export type Drawn = { bytes: Uint8Array }

/** Draws pictures. @throws Problem likewise; a description that is refused is `provider-rejected` */
export type Painter = {
  readonly name: string
  readonly model: string
  draw: (input: DrawInput, options: { signal: AbortSignal }) => Promise<Drawn[]>
}

/** Pictures that were drawn, in the object store. */
export type PictureStore = {
  /** Kept for a day or a few. @throws Problem `provider-failed` for bytes that are no picture */
  keep: (bytes: Uint8Array, about: { owner: string }, options: { signal: AbortSignal }) => Promise<DrawnPicture>
  /** Where anybody can fetch it for a while. @throws Problem `not-found`, also for another owner's, where one is named */
  link: (key: string, owner?: string) => Promise<string>
}

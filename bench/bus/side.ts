import type { Sample } from './contracts.ts'

/** The work that is measured, done by one of the two ways of doing it. */
export type Side = AsyncDisposable & {
  request: (sample: Sample) => Promise<Sample>
  /** Reads a stream of so many chunks; gives how many came. */
  stream: (chunks: number) => Promise<number>
  publish: (data: Uint8Array) => void
  /** Resolves when the server has what was published. */
  flush: () => Promise<void>
  /** Resolves when the other process has received so many frames. */
  received: (frames: number) => Promise<void>
}

export type SideName = 'bare' | 'parley'

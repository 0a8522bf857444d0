import type { Signing } from './authorize.ts'
import type { Operation } from './script.ts'

/** One request as the server saw it, kept up to date while it lasts. */
export type OssFakeRequest = {
  method: string
  operation: Operation
  key: string
  /** Undefined when the signature was refused. */
  signing: Signing | undefined
  status: number | undefined
  /** `aborted` by the client, `cut` as the script wanted it. */
  outcome: 'open' | 'completed' | 'aborted' | 'cut'
}

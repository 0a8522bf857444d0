export type Operation = 'put' | 'get' | 'head' | 'delete' | 'list' | 'delete-many' | 'unknown'

/** What goes wrong instead of an answer; nothing when it is empty. */
export type OssFailure = {
  /** The message has a fitting default. */
  error?: { status: number; code: string; message?: string }
  /** Takes the head of the request, reads no body and never says anything. */
  silent?: boolean
  /** Cuts the connection instead of answering: before it does what was asked, or after. */
  cut?: 'before' | 'after'
  /** Cuts the connection after so many bytes of an object. */
  cutAfterBytes?: number
}

/** One failure for all requests, or one per request: `index` counts the authorised requests from 0. */
export type OssScript = OssFailure | ((request: { operation: Operation; key: string; index: number }) => OssFailure)

export type OssFakeSettings = {
  /** A free one when left out or 0. */
  port?: number
  bucket?: string
  region?: string
  accessKeyId?: string
  accessKeySecret?: string
  /** The largest object that is taken. */
  mostBytes?: number
  script?: OssScript
  /** The clock that signatures are checked against. */
  now?: () => Date
}

/** What the pool and its workers say to each other. Streams are numbered by the pool. */
export type ToWorker =
  | { kind: 'open'; stream: number; sampleRateHz: number; frameSamples: number; bitrate: number; complexity: number }
  | { kind: 'encode'; stream: number; job: number; samples: Int16Array<ArrayBuffer> }
  | { kind: 'close'; stream: number }

/** `lengths` cuts `bytes` into packets. */
export type FromWorker =
  | { kind: 'encoded'; job: number; bytes: Uint8Array<ArrayBuffer>; lengths: number[] }
  | { kind: 'failed'; job: number; message: string }

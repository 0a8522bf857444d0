import type { SherpaResult } from './sherpa-module.ts'

export type SherpaWork = { kind: 'online' | 'embedding'; config: object; module?: string | undefined }

export type ToSherpa =
  | { kind: 'open' | 'end' | 'close'; stream: number }
  | { kind: 'push'; stream: number; samples: Float32Array }
  | { kind: 'embed'; stream: number; samples: Float32Array; sampleRateHz: number }

export type FromSherpa =
  | { kind: 'ready' }
  | { kind: 'partial'; stream: number; text: string }
  | { kind: 'result'; stream: number; result: SherpaResult }
  | { kind: 'embedding'; stream: number; embedding: Float32Array }
  | { kind: 'failed'; stream: number; message: string }

import { bytes, request, stream } from '@parley/contracts'
import { z } from 'zod'

/** A message like those of the platform: an id, a few short fields, a text; about 200 bytes of JSON. */
const Sample = z.object({
  turnId: z.uuid(),
  deviceId: z.string(),
  sequence: z.number().int(),
  text: z.string().max(8_000),
  final: z.boolean(),
})
export type Sample = z.infer<typeof Sample>

export const benchContracts = {
  echo: request('bench.v1.echo', { input: Sample, output: Sample, timeoutMs: 5_000 }),
  count: stream('bench.v1.count', {
    input: z.object({ chunks: z.number().int() }),
    chunk: Sample,
    idleMs: 8_000,
    window: 32,
  }),
  frames: bytes('bench.v1.frames'),
  /** Resolves when so many frames have arrived since the last time. */
  received: request('bench.v1.received', {
    input: z.object({ frames: z.number().int() }),
    output: z.object({ frames: z.number().int() }),
    timeoutMs: 20_000,
  }),
}

/** The subjects of the same work without the bus. */
export const bareSubjects = {
  echo: 'bare.echo',
  count: 'bare.count',
  frames: 'bare.frames',
  received: 'bare.received',
}

export const window = 32
export const frameBytes = 200

export function makeSample(sequence: number): Sample {
  const turnId = '0190a6e2-8f5a-7c3e-9d21-5b7f1c2d3e4f'
  const text = 'It is ten minutes past four in the afternoon, and the rain has stopped for today.'
  return { turnId, deviceId: 'aa:bb:cc:dd:ee:ff', sequence, text, final: false }
}

import { bytes, event, request, stream } from '@parley/contracts'
import { z } from 'zod'

const Text = z.object({ text: z.string() })
const Count = z.object({ count: z.number().int().min(0) })

/** Subjects that only these tests have. */
export const lab = {
  echo: request('lab.v1.echo', { input: Text, output: Text, timeoutMs: 2_000, maxTimeoutMs: 5_000 }),
  slow: request('lab.v1.slow', { input: Text, output: Text, timeoutMs: 150, maxTimeoutMs: 1_000 }),
  call: request('lab.v1.{deviceId}.call', { input: Text, output: Text, timeoutMs: 1_000 }),
  say: request('lab.v1.{deviceId}.say', { input: Text, output: Text, timeoutMs: 1_000 }),
  kick: event('lab.v1.{deviceId}.kick', Text),
  count: stream('lab.v1.count', { input: Count, chunk: Count, idleMs: 400, window: 8 }),
  media: stream('lab.v1.media', { input: Count, chunk: 'bytes', idleMs: 400, window: 8 }),
  happened: event('lab.v1.happened', Count),
  frames: bytes('lab.v1.{deviceId}.frames'),
}

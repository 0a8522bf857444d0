import { frameBytes, makeSample } from './contracts.ts'
import type { Side } from './side.ts'

/** What one round of one measure gives. */
export type Sampled = { perSecond: number; latenciesMs?: number[] }

export type Limits = { durationMs: number }

/** So many callers, each asking again as soon as it has its answer. */
export async function measureRequests(ask: Side['request'], callers: number, { durationMs }: Limits): Promise<Sampled> {
  const latenciesMs: number[] = []
  const startedAt = performance.now()
  const endsAt = startedAt + durationMs
  async function call() {
    const sample = makeSample(1)
    for (let askedAt = performance.now(); askedAt < endsAt;) {
      await ask(sample)
      const answeredAt = performance.now()
      latenciesMs.push(answeredAt - askedAt)
      askedAt = answeredAt
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
  return { perSecond: latenciesMs.length / seconds(startedAt), latenciesMs }
}

const chunksPerStream = 1_000

/** One stream after the other. */
export async function measureStream({ stream }: Side, { durationMs }: Limits): Promise<Sampled> {
  const startedAt = performance.now()
  let chunks = 0
  while (performance.now() - startedAt < durationMs) {
    const came = await stream(chunksPerStream)
    if (came !== chunksPerStream) throw new Error(`${came} of ${chunksPerStream} chunks came in order`)
    chunks += came
  }
  return { perSecond: chunks / seconds(startedAt) }
}

const framesPerBatch = 500
const batchesPerCheck = 20

/** Frames from process to process, until the last one has arrived; no more under way than one batch lets through. */
export async function measureBytes(side: Side, { durationMs }: Limits): Promise<Sampled> {
  const data = new Uint8Array(frameBytes)
  const startedAt = performance.now()
  let frames = 0
  while (performance.now() - startedAt < durationMs) {
    for (let batch = 0; batch < batchesPerCheck; batch++) {
      for (let frame = 0; frame < framesPerBatch; frame++) side.publish(data)
      await side.flush()
    }
    const sent = batchesPerCheck * framesPerBatch
    await side.received(sent)
    frames += sent
  }
  return { perSecond: frames / seconds(startedAt) }
}

function seconds(since: number): number {
  return (performance.now() - since) / 1_000
}

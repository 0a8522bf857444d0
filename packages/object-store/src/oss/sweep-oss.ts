import type OSS from 'ali-oss'
import { createAgeTest, isDay } from '../object-key.ts'
import type { Sweep, Swept } from '../object-store.ts'
import { requestContext } from './request-context.ts'

/** What OSS lists, and deletes, at once. */
const mostAtOnce = 1_000
const mostObjectsAtOnce = 10_000

/** Goes through the temporary objects in the order of their days, oldest first, and stops at the first that is to stay. */
export async function sweepOss(client: OSS, prefix: string, sweep: Sweep): Promise<Swept> {
  const { signal, mostObjects = mostObjectsAtOnce } = sweep
  const isOld = createAgeTest(sweep)
  let objects = 0
  let after: string | undefined
  try {
    while (objects < mostObjects) {
      const page = await list(client, { prefix, after, most: Math.min(mostAtOnce, mostObjects - objects) }, signal)
      const old = page.names.filter((name) => isOld(folderOf(name)))
      if (old.length > 0) await client.deleteMulti(old, { quiet: true, ...requestContext(signal) })
      objects += old.length
      after = page.next
      const reachedYounger = page.names.some((name) => isDay(folderOf(name)) && !isOld(folderOf(name)))
      if (!after || reachedYounger) return { objects, partialUploads: 0, complete: true }
    }
  } catch (error) {
    if (!signal?.aborted) throw error
  }
  return { objects, partialUploads: 0, complete: false }

  function folderOf(name: string): string {
    return name.slice(prefix.length).split('/')[0] ?? ''
  }
}

type Query = { prefix: string; after: string | undefined; most: number }

async function list(client: OSS, { prefix, after, most }: Query, signal: AbortSignal | undefined) {
  const query = { prefix, 'max-keys': String(most), 'continuation-token': after }
  const { objects, nextContinuationToken } = await client.listV2(query, requestContext(signal))
  return { names: objects.map(({ name }) => name), next: nextContinuationToken || undefined }
}

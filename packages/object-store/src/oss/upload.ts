import type OSS from 'ali-oss'
import { Readable } from 'node:stream'
import { toOssProblem, wasAnswered } from './oss-problem.ts'

/** `small`: all of it is at hand, and goes with its digest. */
type Options = { mime: string; headers: Record<string, string>; small: boolean; signal?: AbortSignal }

/**
 * One PutObject, which stores all of a body or nothing.
 * @throws the body's own failure, the signal's reason, or a Problem
 */
export async function upload(
  client: OSS,
  name: string,
  body: AsyncIterable<Uint8Array>,
  { small, signal, ...options }: Options,
): Promise<{ size: number; etag: string }> {
  let size = 0
  let failed: { error: unknown } | undefined
  let sent = false

  async function* counted() {
    try {
      for await (const chunk of body) {
        size += chunk.byteLength
        yield chunk
      }
      sent = true
    } catch (error) {
      failed = { error }
      throw error
    }
  }

  try {
    const { res } = small
      ? await client.put(name, Buffer.concat(await Array.fromAsync(counted())), options)
      : await client.putStream(name, Readable.from(counted(), { objectMode: false }), options as OSS.PutStreamOptions)
    return { size, etag: String((res as { headers: { etag?: string } }).headers.etag) }
  } catch (error) {
    if (failed) throw failed.error
    // OSS may have stored what it could not say so of: nobody would ever know its key.
    if (sent && !wasAnswered(error)) await client.delete(name).catch(() => {})
    throw signal?.aborted ? signal.reason : toOssProblem(error)
  }
}

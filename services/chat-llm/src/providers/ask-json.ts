import { Problem } from '@parley/contracts'
import { readBounded } from '@parley/service-kit'
import type { z } from 'zod'

const mostBytes = 512 * 1024

export type AskedJson = {
  /** Who is asked, for messages. */
  vendor: string
  fetch: typeof fetch
  signal: AbortSignal
  init?: Omit<RequestInit, 'signal'>
  /** The status by which the vendor says that it does not know something; 404. */
  unknownStatus?: number
}

/**
 * One question to a vendor whose answer is JSON.
 * @throws Problem `not-found` for what the vendor does not know, `provider-rejected` for another 4xx, `provider-failed` for everything else that is not the answer
 */
export async function askJson<Schema extends z.ZodType>(
  url: URL,
  schema: Schema,
  { vendor, fetch, signal, init = {}, unknownStatus = 404 }: AskedJson,
): Promise<z.output<Schema>> {
  const response = await fetch(url, { ...init, signal }).catch((cause: unknown) => {
    signal.throwIfAborted()
    throw new Problem('provider-failed', `${vendor} cannot be reached`, { cause })
  })
  const text = await readBounded(response, mostBytes)
  if (response.status === unknownStatus) throw new Problem('not-found', `${vendor} does not know this`)
  if (!response.ok) throw toProblem(vendor, response.status)
  const read = schema.safeParse(parse(text))
  if (!read.success) throw new Problem('provider-failed', `${vendor} gave an answer that is not understood`)
  return read.data
}

function toProblem(vendor: string, status: number): Problem {
  if (status === 429 || status >= 500) return new Problem('provider-failed', `${vendor} answered ${status}`)
  return new Problem('provider-rejected', `${vendor} answered ${status}`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

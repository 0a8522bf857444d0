import { Problem } from '@parley/contracts'
import type { z } from 'zod'

export type Asked = { status: number; body: unknown }

/** Answers of identity providers are small; more than this is not one. */
const mostBytes = 256 * 1_024

export type Ask = (
  url: string,
  init?: { method?: string; headers?: Record<string, string>; body?: string },
) => Promise<Asked>

/**
 * Asks a provider for JSON, whatever the type is that it is sent with.
 * @throws Problem `timeout`, or `provider-failed` for no answer and for one that is no JSON
 */
export function createAsk({
  fetch,
  timeoutMs,
  who,
}: {
  fetch: typeof globalThis.fetch
  timeoutMs: number
  who: string
}): Ask {
  return async (url, init = {}) => {
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      const answer = await fetch(url, { ...init, signal })
      const text = await readText(answer)
      return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
    } catch (cause) {
      if (cause instanceof Problem) throw cause
      // What fetch says has the address in it, and that may have a secret in its query.
      const told = new Error(cause instanceof Error ? cause.name : 'no answer')
      if (signal.aborted) throw new Problem('timeout', `${who} gave no answer within ${timeoutMs} ms`, { cause: told })
      throw new Problem('provider-failed', `${who} does not answer as it should`, { cause: told })
    }
  }
}

async function readText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > mostBytes) throw new Error('The answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** Reads an answer by its schema. @throws Problem `provider-failed` for another one */
export function readAnswer<Schema extends z.ZodType>(schema: Schema, body: unknown, who: string): z.output<Schema> {
  const read = schema.safeParse(body)
  if (read.success) return read.data
  const paths = read.error.issues.map(({ path }) => path.join('.')).join(', ')
  throw new Problem('provider-failed', `${who} does not answer as it should`, { cause: new Error(`wrong: ${paths}`) })
}

export function notAccepted(who: string, reason: string): Problem {
  return new Problem('unauthorized', `${who} does not confirm this login`, { cause: new Error(reason) })
}

import { once } from 'node:events'
import { Agent, request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { text } from 'node:stream/consumers'

/** The vendor gives up on a model that says nothing for so long. */
const firstByteMs = 10_000
/** Connections are kept, as between servers; none keeps a test alive. */
const agent = new Agent({ keepAlive: true })

type Posting = {
  headers: Record<string, string>
  body: string
  signal: AbortSignal | undefined
  take: (text: string) => void
}

/**
 * Posts a body and takes the events of the answer as they come.
 * @throws Error for any other answer, and when nothing comes for ten seconds; the signal's reason when it is aborted
 */
export async function postForEvents(url: string, { headers, body, signal, take }: Posting): Promise<void> {
  const late = AbortSignal.timeout(firstByteMs)
  const asked = url.startsWith('https:')
    ? requestHttps(url, { method: 'POST', headers, signal })
    : requestHttp(url, { method: 'POST', headers, signal, agent })
  asked.end(body)
  const [response] = (await once(asked, 'response', { signal: late })) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`The model answered ${response.statusCode}: ${await text(response)}`)
  const type = response.headers['content-type'] ?? ''
  if (!type.startsWith('text/event-stream')) throw new Error(`The model answered ${type}`)
  for await (const part of response.setEncoding('utf8') as AsyncIterable<string>) take(part)
}

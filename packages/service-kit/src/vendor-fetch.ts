import { randomUUID } from 'node:crypto'
import type { LookupFunction } from 'node:net'
import { Agent, request, type Dispatcher } from 'undici'

/** Longer than people pause between turns: after Node's own 4 s nearly every turn would wait for a new TLS connection. */
const idleConnectionMs = 60_000

type Sent = { body: Dispatcher.DispatchOptions['body']; type?: string }

/**
 * A `fetch` for the clients of vendors: over connections that are kept, and without the web streams that cost Node's own
 * a millisecond and more per call. What it gives has what such clients use of a response: status, headers, `text()`,
 * `json()`, and a `body` to be iterated. Redirects are not followed. Idle connections end by themselves and keep no process
 * alive, so that nobody has to close them. `lookup` finds the addresses of names instead of the system's.
 */
export function createVendorFetch({ lookup }: { lookup?: LookupFunction } = {}): typeof fetch {
  const dispatcher = new Agent({ keepAliveTimeout: idleConnectionMs, ...(lookup && { connect: { lookup } }) })

  async function vendorFetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const { body, type } = await toSent(init.body)
    const headers = Object.fromEntries(new Headers(init.headers))
    const answer = await request(url, {
      method: init.method ?? 'GET',
      headers: type ? { ...headers, 'content-type': type } : headers,
      body,
      signal: init.signal ?? null,
      dispatcher,
    })
    return toResponse(String(url), answer)
  }
  return vendorFetch as typeof fetch
}

async function toSent(body: RequestInit['body']): Promise<Sent> {
  if (body instanceof FormData) return encodeForm(body)
  return { body: (body ?? null) as Sent['body'] }
}

/** A form is small (one utterance): as one buffer it leaves in one piece. */
async function encodeForm(form: FormData): Promise<Sent> {
  const boundary = `parley-${randomUUID()}`
  const parts: Uint8Array[] = []
  for (const [name, value] of form) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quote(name)}"`
    if (typeof value === 'string') parts.push(Buffer.from(`${head}\r\n\r\n${value}\r\n`))
    else {
      const type = value.type || 'application/octet-stream'
      parts.push(Buffer.from(`${head}; filename="${quote(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`))
      parts.push(new Uint8Array(await value.arrayBuffer()), Buffer.from('\r\n'))
    }
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`))
  return { body: Buffer.concat(parts), type: `multipart/form-data; boundary=${boundary}` }
}

/** As browsers escape names in a form. */
function quote(name: string): string {
  return name.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22')
}

function toResponse(url: string, { statusCode: status, headers, body }: Dispatcher.ResponseData): Response {
  const list = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  )
  const response = {
    url,
    status,
    statusText: '',
    ok: status >= 200 && status < 300,
    redirected: false,
    headers: new Headers(list),
    body,
    text: () => body.text(),
    json: () => body.json(),
    arrayBuffer: () => body.arrayBuffer(),
    blob: () => body.blob(),
  }
  return response as unknown as Response
}

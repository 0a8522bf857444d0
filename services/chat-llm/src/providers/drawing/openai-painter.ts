import { createVendorFetch } from '@parley/service-kit'
import { Problem } from '@parley/contracts'
import type { Painter } from '../../domain/pictures/ports.ts'
import { createOpenAiClient } from '../openai/client.ts'
import { toModelProblem } from '../openai/openai-problem.ts'

export type OpenAiPainterSettings = { baseUrl: string; apiKey: string | undefined; model: string; timeoutMs: number }

const largestPictureBytes = 32 * 1024 * 1024

/** Pictures by any endpoint that speaks OpenAI's `POST /images/generations`. */
export function createOpenAiPainter({ baseUrl, apiKey, model, timeoutMs }: OpenAiPainterSettings): Painter {
  const fetch = createVendorFetch()
  const client = createOpenAiClient({ baseUrl, apiKey, timeoutMs, fetch })

  async function download(url: string, signal: AbortSignal): Promise<Uint8Array> {
    const response = await fetch(url, { signal })
    if (!response.ok) throw new Problem('provider-failed', `The picture could not be fetched (${response.status})`)
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (bytes.length > largestPictureBytes) throw new Problem('provider-failed', 'The picture is too large')
    return bytes
  }

  return {
    name: 'openai',
    model,
    draw: async ({ prompt, avoid, width, height, count }, { signal }) => {
      const wanted = avoid ? `${prompt}\n\nNot in it: ${avoid}` : prompt
      // Nothing is said of the form: some models give addresses, some base64, and refuse to be asked.
      const body = {
        model,
        prompt: wanted,
        n: count,
        size: `${width}x${height}` as '1024x1024',
        stream: false as const,
      }
      const { data = [] } = await client.images.generate(body, { signal }).catch((error: unknown) => {
        signal.throwIfAborted()
        throw toModelProblem(error)
      })
      if (data.length === 0) throw new Problem('provider-failed', 'Nothing was drawn')
      return Promise.all(
        data.map(async ({ b64_json: base64, url }) => {
          if (base64) return { bytes: new Uint8Array(Buffer.from(base64, 'base64')) }
          if (url) return { bytes: await download(url, signal) }
          throw new Problem('provider-failed', 'A picture came without itself')
        }),
      )
    },
  }
}

import RPCClient from '@alicloud/pop-core'
import { Problem, type PictureAspect, type PictureFindings } from '@parley/contracts'
import type { Secret } from '@parley/service-kit'
import { z } from 'zod'
import type { PictureReader } from '../../domain/pictures/ports.ts'

export type AliyunViSettings = {
  accessKeyId: Secret
  accessKeySecret: Secret
  region: string
  /** Where imagerecog is, or something that stands in for all products; undefined: where they are. */
  endpoint: string | undefined
  timeoutMs: number
}

type Findings = Omit<PictureFindings, 'aspect' | 'provider'>
type Call = { product: string; version: string; action: string; parameters: (url: string) => Record<string, string> }

const Tags = z.object({ Data: z.object({ Tags: z.array(z.object({ Value: z.string(), Confidence: z.number() })) }) })
const Objects = z.object({
  Data: z.object({
    Elements: z.array(
      z.object({ Type: z.string(), Score: z.number(), Boxes: z.array(z.number()).min(4).optional().catch(undefined) }),
    ),
  }),
})
/** Its data are JSON inside the JSON. */
const Words = z.object({
  Data: z.string().transform((text) => z.object({ content: z.string() }).parse(JSON.parse(text))),
})
const Checked = z.object({
  Data: z.object({
    Results: z.array(
      z.object({
        SubResults: z.array(
          z.object({ Suggestion: z.enum(['pass', 'review', 'block']), Label: z.string(), Rate: z.number() }),
        ),
      }),
    ),
  }),
})

const byImage = (url: string) => ({ ImageURL: url })
const moderated = ['porn', 'terrorism', 'ad', 'live']

/** The products, actions and parameters of Aliyun's visual intelligence, as its documentation of 2026 has them. */
const calls: Record<PictureAspect, Call> = {
  tags: { product: 'imagerecog', version: '2019-09-30', action: 'TaggingImage', parameters: byImage },
  scene: { product: 'imagerecog', version: '2019-09-30', action: 'RecognizeScene', parameters: byImage },
  objects: { product: 'objectdet', version: '2019-12-30', action: 'DetectObject', parameters: byImage },
  text: { product: 'ocr-api', version: '2021-07-07', action: 'RecognizeGeneral', parameters: (Url) => ({ Url }) },
  moderation: {
    product: 'imageaudit',
    version: '2019-12-30',
    action: 'ScanImage',
    parameters: (url) => ({
      'Task.1.ImageURL': url,
      ...Object.fromEntries(moderated.map((scene, index) => [`Scene.${index + 1}`, scene])),
    }),
  },
}

/** Where each is not in the region of the others. */
const regions: Partial<Record<string, string>> = { 'ocr-api': 'cn-hangzhou' }

const readers: Record<PictureAspect, (answer: unknown) => Findings> = {
  tags: readTags,
  scene: readTags,
  objects: (answer) => ({ objects: Objects.parse(answer).Data.Elements.map(toObject) }),
  text: (answer) => ({ text: Words.parse(answer).Data.content.trim() }),
  moderation: readVerdict,
}

/**
 * What a picture shows, by Aliyun. Its products fetch the picture themselves, from an OSS bucket in Shanghai (or what the
 * address leads to, for OCR), of 3 MB at most.
 */
export function createAliyunVi(settings: AliyunViSettings): PictureReader {
  const { accessKeyId, accessKeySecret, region, endpoint, timeoutMs } = settings

  function endpointOf(product: string): string {
    const own = `https://${product}.${regions[product] ?? region}.aliyuncs.com`
    if (endpoint === undefined) return own
    // Older installations name that of imagerecog, which is nobody else's.
    const named = /^https?:/.test(endpoint) ? endpoint : `https://${endpoint}`
    return new URL(named).hostname.startsWith('imagerecog.') && product !== 'imagerecog' ? own : named
  }

  return {
    name: 'aliyun',
    read: async (url, aspect, { signal }) => {
      const { product, version, action, parameters } = calls[aspect]
      const client = new RPCClient({
        accessKeyId: accessKeyId.reveal(),
        accessKeySecret: accessKeySecret.reveal(),
        endpoint: endpointOf(product),
        apiVersion: version,
        opts: { timeout: timeoutMs },
      })
      try {
        const answer: unknown = await client.request(action, parameters(url), { method: 'POST' })
        signal.throwIfAborted()
        return readers[aspect](answer)
      } catch (error) {
        signal.throwIfAborted()
        throw toProblem(error, timeoutMs)
      }
    },
  }
}

function readTags(answer: unknown): Findings {
  const { Tags: tags } = Tags.parse(answer).Data
  return { labels: tags.map(({ Value: name, Confidence }) => ({ name, confidence: share(Confidence / 100) })) }
}

function toObject({ Type: name, Score, Boxes }: z.output<typeof Objects>['Data']['Elements'][number]) {
  const [left = 0, top = 0, right = 0, bottom = 0] = Boxes ?? []
  const box = Boxes && { x: left, y: top, width: right - left, height: bottom - top }
  return { name, confidence: share(Score), ...(box && { box }) }
}

/** The gravest of what its scenes suggest. */
function readVerdict(answer: unknown): Findings {
  const found = Checked.parse(answer).Data.Results.flatMap(({ SubResults }) => SubResults)
  const has = (suggestion: string) => found.some(({ Suggestion }) => Suggestion === suggestion)
  return {
    verdict: has('block') ? 'block' : has('review') ? 'review' : 'pass',
    labels: found
      .filter(({ Suggestion }) => Suggestion !== 'pass')
      .map(({ Label: name, Rate }) => ({ name, confidence: share(Rate / 100) })),
  }
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value))
}

/** The text of the SDK's error has the request in it: only its code is told. */
function toProblem(error: unknown, timeoutMs: number): Problem {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  const what = typeof code === 'string' ? code : String(name)
  const cause = new Error(`Aliyun VI: ${what}`)
  if (what.includes('Timeout'))
    return new Problem('timeout', `No answer about the picture within ${timeoutMs} ms`, { cause })
  if (/^(Invalid|Missing|Forbidden|SignatureDoesNotMatch|NoPermission|illegal|Unsupported)/.test(what))
    return new Problem('provider-rejected', 'The picture was refused', { cause })
  return new Problem('provider-failed', 'The picture service does not answer as it should', { cause })
}

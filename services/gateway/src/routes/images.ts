import { DrawInput, PictureAspect, type DrawnPicture, PictureFindings, pictures, Problem } from '@parley/contracts'
import { buffer } from 'node:stream/consumers'
import { z } from 'zod'
import { keepImages } from '../http/keep-images.ts'
import { personOf, serving, type Exchange, type Route } from './route.ts'

const linkLifeS = 3_600

/** What OpenAI's client libraries send; fields of some models alone, such as `quality`, pass unread. */
const GenerateRequest = z.looseObject({
  prompt: DrawInput.shape.prompt,
  n: DrawInput.shape.count.optional(),
  size: z
    .union([z.literal('auto'), z.string().regex(/^\d{2,4}x\d{2,4}$/, 'width x height, such as 1024x1024')])
    .default('1024x1024'),
  response_format: z.enum(['url', 'b64_json']).default('b64_json'),
})
type GenerateRequest = z.infer<typeof GenerateRequest>

const Generated = z.object({
  created: z.number().int(),
  data: z.array(z.union([z.object({ url: z.string() }), z.object({ b64_json: z.string() })])),
})

const AnalyseRequest = z.object({
  /** `data:image/…;base64,…`, as `/v1/chat/completions` takes it. */
  image: z.string().startsWith('data:', 'data:image/…;base64,…'),
  aspect: PictureAspect,
})
type AnalyseRequest = z.infer<typeof AnalyseRequest>

/** Pictures drawn and looked at. */
export const imageRoutes: Route[] = [
  serving({
    tag: 'OpenAI-compatible',
    auth: 'user',
    scope: 'chat',
    envelope: 'openai',
    method: 'post',
    path: '/v1/images/generations',
    operationId: 'createImage',
    summary: 'Pictures by a description; with `response_format` `url` their addresses are good for an hour',
    rate: 'chat',
    body: GenerateRequest,
    contract: pictures.drawPicture,
    answer: { schema: Generated },
    handle: generate,
  }),
  serving({
    tag: 'Files',
    auth: 'user',
    scope: 'chat',
    method: 'post',
    path: '/api/v1/images/analyse',
    operationId: 'analyseImage',
    summary: 'What a picture shows: tags, its scene, the things or the words in it, whether it is fit to be shown',
    rate: 'chat',
    bodyKind: 'large-json',
    body: AnalyseRequest,
    contract: pictures.analysePicture,
    answer: { schema: PictureFindings },
    handle: analyse,
  }),
]

async function generate({ body, bus, signal, store }: Exchange<undefined, undefined, GenerateRequest>) {
  const [width, height] = body.size === 'auto' ? [1_024, 1_024] : body.size.split('x').map(Number)
  const wanted = DrawInput.safeParse({ prompt: body.prompt, count: body.n, width, height })
  if (!wanted.success) {
    const issues = [{ path: 'size', message: 'from 64x64 to 2048x2048' }]
    throw new Problem('bad-request', 'Pictures of this size are not drawn', { issues })
  }
  const drawn: DrawnPicture[] = []
  for await (const part of bus.stream(pictures.drawPicture, wanted.data, { signal })) drawn.push(...part.pictures)
  const data = await Promise.all(
    drawn.map(async ({ key }) => {
      if (body.response_format === 'url') return { url: await store.signUrl(key, { expiresInS: linkLifeS }) }
      const object = await store.get(key, { signal })
      if (!object) throw new Problem('unavailable', 'The picture is gone already')
      return { b64_json: (await buffer(object.body)).toString('base64') }
    }),
  )
  return { created: Math.floor(Date.now() / 1_000), data }
}

async function analyse(exchange: Exchange<undefined, undefined, AnalyseRequest>) {
  const { body, bus, signal, store } = exchange
  await using images = keepImages({ store, owner: personOf(exchange).userId, signal })
  const kept = await images.keep({ url: body.image })
  if (!('key' in kept)) throw new Problem('bad-request', 'The picture itself is wanted, not its address')
  return await bus.request(pictures.analysePicture, { imageKey: kept.key, aspect: body.aspect }, { signal })
}

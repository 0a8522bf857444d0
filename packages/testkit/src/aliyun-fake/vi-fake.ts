import { randomUUID } from 'node:crypto'
import { startFakeServer, type FakeAnswer, type FakeRequest, type FakeServer } from '../fake-server.ts'
import { checkRpc, readParameters, Refusal } from './rpc-request.ts'

export type ViFakeSettings = {
  accessKeyId: string
  accessKeySecret: string
  /** What it says of the picture that was fetched, by action; `code` refuses it. */
  sees: (picture: Uint8Array, action: string) => { data: unknown } | { code: string }
}

/** Aliyun's visual intelligence by the RPC protocol, on loopback: strict with signatures, and it fetches the picture itself. */
export type ViFake = FakeServer & { readonly asked: { action: string; parameters: Record<string, string> }[] }

/** Actions, their versions, and where the address of the picture stands. */
const actions: Record<string, { version: string; address: string }> = {
  TaggingImage: { version: '2019-09-30', address: 'ImageURL' },
  RecognizeScene: { version: '2019-09-30', address: 'ImageURL' },
  DetectObject: { version: '2019-12-30', address: 'ImageURL' },
  RecognizeGeneral: { version: '2021-07-07', address: 'Url' },
  ScanImage: { version: '2019-12-30', address: 'Task.1.ImageURL' },
}

export async function startViFake({ sees, ...keys }: ViFakeSettings): Promise<ViFake> {
  const asked: { action: string; parameters: Record<string, string> }[] = []
  const nonces = new Set<string>()
  const knows = (version: string, action: string) => actions[action]?.version === version

  async function serve(request: FakeRequest): Promise<FakeAnswer> {
    const RequestId = randomUUID().toUpperCase()
    try {
      const parameters = readParameters(request)
      checkRpc(request, parameters, { ...keys, now: new Date(), nonces, knows })
      const action = parameters['Action'] ?? ''
      asked.push({ action, parameters })
      const picture = await fetchPicture(parameters[actions[action]?.address ?? ''] ?? '')
      const seen = sees(picture, action)
      if ('code' in seen) throw new Refusal(seen.code, 400)
      return { body: { RequestId, Data: seen.data } }
    } catch (error) {
      const { code, status } = error instanceof Refusal ? error : new Refusal('InternalError', 500)
      return { status, body: { RequestId, Code: code, Message: `refused: ${code}` } }
    }
  }

  return Object.assign(await startFakeServer(serve), { asked })
}

async function fetchPicture(url: string): Promise<Uint8Array> {
  const response = await fetch(url).catch(() => undefined)
  if (!response?.ok) throw new Refusal('InvalidImage.URL', 400)
  return new Uint8Array(await response.arrayBuffer())
}

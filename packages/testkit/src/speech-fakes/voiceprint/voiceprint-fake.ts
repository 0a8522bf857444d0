import type { ServerResponse } from 'node:http'
import { sendJson, startSocketFake, type SocketFake, type SocketRequest } from '../socket-fake.ts'

export type VoiceprintFakeSettings = {
  key: string
  /** Who a voice is, of the candidates: by what is in the WAV. */
  identify: (wav: Buffer, candidates: string[]) => { speaker_id: string; score: number }
  fault?: 'silent' | { status: number }
}

/** The HTTP voiceprint service (3D-Speaker) on loopback: it wants a bearer key, a WAV by its name, and candidates. */
export type VoiceprintFake = SocketFake & { readonly registered: Map<string, Buffer> }

export async function startVoiceprintFake(settings: VoiceprintFakeSettings): Promise<VoiceprintFake> {
  const registered = new Map<string, Buffer>()

  function onRequest({ method, path, headers, body }: SocketRequest, response: ServerResponse) {
    const { fault } = settings
    if (fault === 'silent') return
    if (typeof fault === 'object') return sendJson(response, { detail: 'no' }, fault.status)
    if (headers.authorization !== `Bearer ${settings.key}`) return sendJson(response, { detail: 'no' }, 401)
    if (method === 'DELETE') {
      const gone = registered.delete(path.split('/').at(-1) ?? '')
      return sendJson(response, gone ? { success: true, msg: 'ok' } : { detail: 'unknown' }, gone ? 200 : 404)
    }
    const { fields, file } = readForm(body, headers['content-type'] ?? '')
    if (!file || !/\.wav$/i.test(file.name)) return sendJson(response, { detail: 'no WAV' }, 400)
    if (file.bytes.toString('latin1', 0, 4) !== 'RIFF') return sendJson(response, { detail: 'no WAV' }, 500)
    if (path === '/voiceprint/register') {
      registered.set(fields['speaker_id'] ?? '', file.bytes)
      return sendJson(response, { success: true, msg: 'ok' })
    }
    if (path !== '/voiceprint/identify') return sendJson(response, {}, 404)
    const candidates = (fields['speaker_ids'] ?? '').split(',').filter(Boolean)
    if (candidates.length === 0) return sendJson(response, { detail: 'no candidates' }, 400)
    sendJson(response, settings.identify(file.bytes, candidates))
  }

  return Object.assign(await startSocketFake({ onRequest }), { registered })
}

function readForm(body: Buffer, contentType: string) {
  const boundary = /boundary=(.+)$/.exec(contentType)?.[1] ?? ''
  const fields: Record<string, string> = {}
  let file: { name: string; bytes: Buffer } | undefined
  for (const part of body.toString('latin1').split(`--${boundary}`).slice(1, -1)) {
    const [head = '', ...rest] = part.split('\r\n\r\n')
    const content = Buffer.from(rest.join('\r\n\r\n').slice(0, -2), 'latin1')
    const name = / name="([^"]*)"/.exec(head)?.[1] ?? ''
    const filename = /filename="([^"]*)"/.exec(head)?.[1]
    if (filename === undefined) fields[name] = content.toString()
    else file = { name: filename, bytes: content }
  }
  return { fields, file }
}

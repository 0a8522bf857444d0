import { Problem, Voiceprint, voiceprints } from '@parley/contracts'
import { z } from 'zod'
import { receiveFile } from '../http/receive-file.ts'
import { asking, serving, type Route } from './route.ts'
import { mostSoundBytes, sendFile } from './speech-calls.ts'

const own = { tag: 'Voiceprints', auth: 'user', scope: 'devices' } as const
const Name = z.string().trim().min(1).max(64)

/** The people whom one's devices tell apart by their voices. */
export const voiceprintRoutes: Route[] = [
  asking({
    ...own,
    method: 'get',
    path: '/api/v1/voiceprints',
    operationId: 'listVoiceprints',
    summary: 'Who is known by their voice',
    contract: voiceprints.listVoiceprints,
    ask: () => ({}),
  }),
  serving({
    ...own,
    method: 'post',
    path: '/api/v1/voiceprints',
    operationId: 'enrolVoiceprint',
    summary:
      'Learn a voice from a sound file (the form field `file`, 1.5 s of speech or more) under the form field `name`; again under the same name makes it surer',
    rate: 'upload',
    bodyKind: 'multipart',
    contract: voiceprints.enrolVoiceprint,
    answer: { status: 201, schema: Voiceprint },
    handle: async ({ request, bus, newId, signal }) => {
      const { file, fields } = await receiveFile(request, mostSoundBytes)
      const name = Name.safeParse(fields['name'])
      if (!name.success) {
        const issues = [{ path: 'name', message: 'from 1 to 64 characters' }]
        throw new Problem('bad-request', 'The form lacks a field "name" of 1 to 64 characters', { issues })
      }
      const transcriptionId = newId()
      const send = sendFile(bus, transcriptionId, file)
      const parts = bus.stream(voiceprints.enrolVoiceprint, { transcriptionId, name: name.data }, { signal })
      for await (const part of parts) {
        if (part.type === 'enrolled') return part.voiceprint
        send(part.bytes)
      }
      throw new Error('The enrolment ended without a result')
    },
  }),
  asking({
    ...own,
    method: 'delete',
    path: '/api/v1/voiceprints/:voiceprintId',
    operationId: 'deleteVoiceprint',
    summary: 'Forget a voice',
    owned: true,
    params: z.object({ voiceprintId: z.uuid() }),
    contract: voiceprints.deleteVoiceprint,
    ask: ({ params }) => params,
  }),
]

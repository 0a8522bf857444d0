import { Problem, recordings, Recording } from '@parley/contracts'
import { z } from 'zod'
import { sendObject } from '@parley/object-store'
import { asking, PageLimit, sent, serving, type Route } from './route.ts'

const own = { tag: 'Recordings', auth: 'user', scope: 'conversations' } as const
const One = z.object({ recordingId: z.uuid() })
const Some = z.object({ turn_id: z.uuid().optional(), device_id: z.string().max(64).optional() })

/** The sound of one's own turns, where the operator keeps it. */
export const recordingRoutes: Route[] = [
  asking({
    ...own,
    method: 'get',
    path: '/api/v1/recordings',
    operationId: 'listRecordings',
    summary: 'What was recorded, the newest first; of one turn or one device, when that is said',
    query: Some.extend({ before: z.uuid().optional(), limit: PageLimit }),
    contract: recordings.listRecordings,
    ask: ({ query: { turn_id: turnId, device_id: deviceId, before, limit } }) => ({ turnId, deviceId, before, limit }),
    answer: {
      schema: z.object({ recordings: z.array(Recording), before: z.uuid().optional() }),
      from: (found) => found,
    },
  }),
  serving({
    ...own,
    method: 'get',
    path: '/api/v1/recordings/:recordingId',
    operationId: 'readRecording',
    summary: 'The sound of a recording',
    owned: true,
    params: One,
    contract: recordings.readRecording,
    answer: { type: 'audio/ogg', description: 'Ogg Opus' },
    handle: async ({ bus, store, params, request, response, signal }) => {
      const { key } = await bus.request(recordings.readRecording, params, { signal })
      const headers = { 'Cache-Control': 'private, no-store', 'X-Content-Type-Options': 'nosniff' }
      if (!(await sendObject(key, { store, request, response, headers, signal })))
        throw new Problem('not-found', 'There is no such recording')
      return sent
    },
  }),
  asking({
    ...own,
    method: 'delete',
    path: '/api/v1/recordings/:recordingId',
    operationId: 'deleteRecording',
    summary: 'Delete a recording',
    owned: true,
    params: One,
    contract: recordings.deleteRecording,
    ask: ({ params }) => params,
  }),
  asking({
    ...own,
    method: 'delete',
    path: '/api/v1/recordings',
    operationId: 'deleteRecordings',
    summary: 'Delete all recordings, or those of one turn or one device',
    query: Some,
    contract: recordings.deleteRecordings,
    ask: ({ query: { turn_id: turnId, device_id: deviceId } }) => ({ turnId, deviceId }),
  }),
]

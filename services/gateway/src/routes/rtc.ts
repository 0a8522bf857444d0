import { rtc, RtcScene, VoiceChatUpdate } from '@parley/contracts'
import { z } from 'zod'
import { asking, type Route } from './route.ts'

const own = { tag: 'RTC', auth: 'user', scope: 'rtc', envelope: 'rtc' } as const
const Action = z.object({ Action: z.string().max(64).optional(), Version: z.string().max(32).optional() })

/** What is told to the vendor, whose own spelling this is, with the scene beside it. */
const CallBody = z.object({ SceneID: z.string().max(128).optional() }).loose()

/** Voice rooms at Volcengine, in the form of the vendor's demo front end (volcengine/rtc-aigc-demo). */
export const rtcRoutes: Route[] = [
  asking({
    ...own,
    method: 'post',
    path: '/getScenes',
    operationId: 'getScenes',
    summary: 'The scenes, each with a room and a token of your own',
    query: Action,
    contract: rtc.getScenes,
    ask: () => ({}),
    answer: {
      schema: z.object({
        ResponseMetadata: z.object({ Action: z.string() }),
        Result: z.object({ scenes: z.array(RtcScene) }),
      }),
      from: ({ scenes }) => ({ ResponseMetadata: { Action: 'getScenes' }, Result: { scenes } }),
    },
  }),
  asking({
    ...own,
    method: 'post',
    path: '/proxy',
    operationId: 'callRtc',
    summary: 'Start, update or stop the agent of a scene: `Action=StartVoiceChat|UpdateVoiceChat|StopVoiceChat`',
    rate: 'chat',
    query: Action,
    body: CallBody,
    contract: rtc.call,
    ask: ({ query: { Action: action = '', Version: version }, body: { SceneID: sceneId, ...update } }) => ({
      action,
      version,
      sceneId,
      ...(action === 'UpdateVoiceChat' && { update: update as z.input<typeof VoiceChatUpdate> }),
    }),
    answer: { schema: z.record(z.string(), z.unknown()), from: ({ answer }) => answer },
  }),
]

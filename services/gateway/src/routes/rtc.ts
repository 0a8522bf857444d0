import { rtc, RtcScene, VoiceChatUpdate } from '@parley/contracts'
import { z } from 'zod'
import { asking, type Exchange, type Route } from './route.ts'

export type RtcRoutesSettings = {
  /** `open` lets in people without an account, as the vendor's demo front end needs it, which sends no token. */
  rtcDemo: 'off' | 'open'
}

const own = { tag: 'RTC', scope: 'rtc', envelope: 'rtc' } as const
const Action = z.object({ Action: z.string().max(64).optional(), Version: z.string().max(32).optional() })

/** What is told to the vendor, whose own spelling this is, with the scene beside it. */
const CallBody = z.object({ SceneID: z.string().max(128).optional() }).loose()

/** Voice rooms at Volcengine, in the form of the vendor's demo front end (volcengine/rtc-aigc-demo). */
export function rtcRoutes({ rtcDemo }: RtcRoutesSettings): Route[] {
  const access =
    rtcDemo === 'open'
      ? ({ ...own, auth: 'optional', openBecause: 'RTC_DEMO is open: guests are told apart by their address' } as const)
      : ({ ...own, auth: 'user' } as const)
  return [
    asking({
      ...access,
      method: 'post',
      path: '/getScenes',
      operationId: 'getScenes',
      summary: 'The scenes, each with a room and a token of your own',
      query: Action,
      contract: rtc.getScenes,
      ask: (exchange) => ({ ...guestOf(exchange) }),
      answer: {
        schema: z.object({
          ResponseMetadata: z.object({ Action: z.string() }),
          Result: z.object({ scenes: z.array(RtcScene) }),
        }),
        from: ({ scenes }) => ({ ResponseMetadata: { Action: 'getScenes' }, Result: { scenes } }),
      },
    }),
    asking({
      ...access,
      method: 'post',
      path: '/proxy',
      operationId: 'callRtc',
      summary: 'Start, update or stop the agent of a scene: `Action=StartVoiceChat|UpdateVoiceChat|StopVoiceChat`',
      rate: 'chat',
      query: Action,
      body: CallBody,
      contract: rtc.call,
      ask: ({
        query: { Action: action = '', Version: version },
        body: { SceneID: sceneId, ...update },
        ...exchange
      }) => ({
        ...guestOf(exchange),
        action,
        version,
        sceneId,
        ...(action === 'UpdateVoiceChat' && { update: update as z.input<typeof VoiceChatUpdate> }),
      }),
      answer: { schema: z.record(z.string(), z.unknown()), from: ({ answer }) => answer },
    }),
  ]
}

/** Whoever comes without a token is a guest, where guests are let in at all. */
function guestOf({ person, request }: Pick<Exchange, 'person' | 'request'>): { guest?: string } {
  return person || request.ip === undefined ? {} : { guest: request.ip }
}

import { z } from 'zod'

/** What the vendor takes as the id of a room, a task or a user. */
const identifier = z
  .string()
  .regex(/^[A-Za-z0-9@._-]{0,128}$/, 'expected at most 128 letters, digits, "@", ".", "_" and "-"')
const appId = z.string().regex(/^([A-Za-z0-9]{24})?$/, 'expected the 24 letters and digits of an RTC app')

/** Empty means left out, as in the scene files that come with the demo. */
const orNone = (text: z.ZodString) => text.transform((value) => value || undefined).optional()

const httpUrl = z.url({ protocol: /^https?$/ })

const visionConfig = z.looseObject({
  Enable: z.boolean().optional(),
  SnapshotConfig: z.looseObject({ StreamType: z.number().optional() }).optional(),
})

const voiceChat = z.strictObject({
  AppId: orNone(appId),
  RoomId: orNone(identifier),
  TaskId: orNone(identifier),
  BusinessId: orNone(identifier),
  AgentConfig: z.looseObject({
    TargetUserId: z.array(z.string()).max(1).optional(),
    UserId: orNone(identifier),
    WelcomeMessage: z.string().optional(),
    ServerMessageURLForRTS: httpUrl.optional(),
  }),
  Config: z.looseObject({
    ASRConfig: z.looseObject({ Provider: z.string() }).optional(),
    TTSConfig: z.looseObject({ Provider: z.string() }).optional(),
    LLMConfig: z
      .looseObject({
        Mode: z.string(),
        Url: httpUrl.optional(),
        VisionConfig: visionConfig.optional(),
      })
      .optional(),
    SubtitleConfig: z.looseObject({ ServerMessageUrl: httpUrl.optional() }).optional(),
    FunctionCallingConfig: z.looseObject({ ServerMessageUrl: httpUrl.optional() }).optional(),
    AvatarConfig: z.looseObject({ Enabled: z.boolean().optional(), BackgroundUrl: z.string().optional() }).optional(),
    InterruptMode: z.number().int().min(0).max(1).optional(),
  }),
})

/**
 * A scene file, in the structure of the demo's (volcengine/rtc-aigc-demo 1.6). `RTCConfig` may have the demo's fixed ids and
 * token, which are of no use here: everybody gets their own. `AgentId` (who of ours answers) and `EventSecret` are our own. What is deeper in `VoiceChat` than the fields that are named here
 * is the vendor's and passed on.
 */
export const SceneFile = z.strictObject({
  SceneConfig: z.strictObject({
    icon: z.string().min(1),
    name: z.string().min(1),
    questions: z.array(z.string().min(1)).optional(),
  }),
  AccountConfig: z
    .strictObject({
      accessKeyId: orNone(z.string()),
      secretKey: orNone(z.string()),
      sessionToken: orNone(z.string()),
    })
    .default({}),
  RTCConfig: z
    .strictObject({
      AppId: orNone(appId),
      AppKey: orNone(z.string()),
      RoomId: z.string().optional(),
      UserId: z.string().optional(),
      Token: z.string().optional(),
      EventSecret: orNone(z.string()),
    })
    .default({}),
  AgentId: z.uuid().optional(),
  VoiceChat: voiceChat,
})
export type SceneFile = z.output<typeof SceneFile>

import { z } from 'zod'
import { request } from './contract.ts'
import { DeviceId } from './ids.ts'

/**
 * A scene as the vendor's demo front end reads it (volcengine/rtc-aigc-demo 1.6, `POST /getScenes`): who one talks to, and
 * how one joins the room. `rtc` has what the browser's RTC SDK takes, and never a key.
 */
export const RtcScene = z.object({
  scene: z.object({
    id: z.string(),
    icon: z.string(),
    name: z.string(),
    questions: z.array(z.string()).optional(),
    /** The agent's user id in the room. Left out when the vendor makes one, which then has `voiceChat_` in it. */
    botName: z.string().optional(),
    isInterruptMode: z.boolean(),
    isVision: z.boolean(),
    isScreenMode: z.boolean(),
    isAvatarScene: z.boolean(),
    avatarBgUrl: z.string().optional(),
  }),
  rtc: z.object({ AppId: z.string(), RoomId: z.string(), UserId: z.string(), Token: z.string() }),
})
export type RtcScene = z.infer<typeof RtcScene>

const commands = [
  'interrupt',
  'function',
  'ExternalTextToSpeech',
  'ExternalTextToLLM',
  'ExternalPromptsForLLM',
  'FinishSpeechRecognition',
  'UpdateParameters',
  'SetTTSContext',
  'UpdateVoicePrintSV',
  'UpdateFarfieldConfig',
] as const

type Command = (typeof commands)[number]

/** What the vendor wants with a command, where it says so. */
const needed: Partial<Record<Command, ('Message' | 'InterruptMode' | 'Parameters')[]>> = {
  function: ['Message'],
  ExternalTextToSpeech: ['Message', 'InterruptMode'],
  ExternalTextToLLM: ['Message', 'InterruptMode'],
  ExternalPromptsForLLM: ['Message'],
  UpdateParameters: ['Parameters'],
}

const longestSpokenText = 200

const AnyObject = z.record(z.string(), z.unknown())

/** The parts of a running agent that the vendor lets be replaced; what comes after is its own. */
const VoiceChatParameters = z.strictObject({
  Config: z.strictObject({
    LLMConfig: z
      .strictObject({
        SystemMessages: z.array(z.string()).optional(),
        UserPrompts: z.array(AnyObject).optional(),
        Tools: z.array(AnyObject).optional(),
        VisionConfig: AnyObject.optional(),
      })
      .optional(),
    TTSConfig: AnyObject.optional(),
  }),
})

/**
 * What a running agent is told (`UpdateVoiceChat` of the vendor's API, 2024-12-01), in the vendor's spelling: it is passed
 * on as it is, so that a field which the vendor does not have is refused.
 */
export const VoiceChatUpdate = z
  .strictObject({
    Command: z.enum(commands),
    Message: z.string().min(1).max(16_000).optional(),
    /** 1 cuts in, 2 waits for its turn, 3 is dropped when the agent is busy. */
    InterruptMode: z.number().int().min(1).max(3).optional(),
    Parameters: VoiceChatParameters.optional(),
    ImageConfig: z
      .strictObject({
        Action: z.enum(['insert', 'delete']),
        GroupID: z.union([z.string(), z.number()]).optional(),
        ImageType: z.literal('url').optional(),
        Images: z
          .array(z.url({ protocol: /^https?$/ }))
          .max(50)
          .optional(),
      })
      .optional(),
  })
  .superRefine((update, context) => {
    const { Command: command, Message: message = '' } = update
    for (const name of needed[command] ?? []) {
      if (update[name] === undefined) context.addIssue({ code: 'custom', path: [name], message: `${command} needs it` })
    }
    if (command === 'ExternalTextToSpeech' && Array.from(message).length > longestSpokenText)
      context.addIssue({ code: 'custom', path: ['Message'], message: `at most ${longestSpokenText} characters` })
    if (command === 'function' && message && !isFunctionResult(message))
      context.addIssue({ code: 'custom', path: ['Message'], message: 'JSON with ToolCallID and Content' })
  })
export type VoiceChatUpdate = z.infer<typeof VoiceChatUpdate>

/**
 * The address of somebody whom the gateway let in without an account, which it does only under `RTC_DEMO=open`. It counts
 * from the gateway itself alone; a person is who their identity says.
 */
const guest = z.string().min(1).max(64).optional()

/**
 * One call of the vendor's API on behalf of a user. The text fields may be anything here: what is wrong with them is said
 * in the words that clients know.
 */
export const RtcCall = z.object({
  /** `StartVoiceChat`, `UpdateVoiceChat` or `StopVoiceChat`. */
  action: z.string().max(64),
  /** Of the vendor's API (`2024-12-01`); the configured one when left out. */
  version: z.string().max(32).optional(),
  sceneId: z.string().max(128).optional(),
  /** For `UpdateVoiceChat` only. */
  update: VoiceChatUpdate.optional(),
  guest,
})
export type RtcCall = z.infer<typeof RtcCall>

/** The room of a device's owner, and how the device joins it. */
export const DeviceRoom = z.object({
  appId: z.string(),
  roomId: z.string(),
  userId: z.string(),
  /** The next run of the agent in there. */
  taskId: z.string(),
  token: z.string(),
  expiresAt: z.iso.datetime(),
})
export type DeviceRoom = z.infer<typeof DeviceRoom>

export const rtc = {
  /** Every scene with a room and a token of the caller's own. */
  getScenes: request('rtc.v1.get-scenes', {
    input: z.object({ guest }),
    output: z.object({ scenes: z.array(RtcScene) }),
    timeoutMs: 5_000,
  }),
  /** The vendor's answer as it came, its refusals (`ResponseMetadata.Error`) too. */
  call: request('rtc.v1.call', {
    input: RtcCall,
    output: z.object({ answer: AnyObject }),
    // At worst the cloud is asked four times: what goes on is stopped here and elsewhere, and what was started in vain.
    timeoutMs: 20_000,
    maxTimeoutMs: 30_000,
  }),
  /** A token for a device's owner's room, on proof of the device's own credential. */
  issueDeviceToken: request('rtc.v1.issue-device-token', {
    input: z.object({
      deviceId: DeviceId,
      clientId: z.string().max(128).optional(),
      credential: z.string().min(1).max(2_048).optional(),
    }),
    output: DeviceRoom,
    timeoutMs: 8_000,
  }),
}

function isFunctionResult(message: string): boolean {
  try {
    return z.object({ ToolCallID: z.string(), Content: z.string() }).safeParse(JSON.parse(message)).success
  } catch {
    return false
  }
}

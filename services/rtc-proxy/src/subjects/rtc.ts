import type { Bus } from '@parley/bus'
import { rtc } from '@parley/contracts'
import type { VoiceChats } from '../domain/voice-chats.ts'

/** Serves `rtc.v1.*`, to people only: whose session it is says their identity, and nothing in the call. */
export function serveRtc(bus: Bus, voiceChats: VoiceChats): void {
  bus.handle(rtc.getScenes, async (_input, { identity }) => ({ scenes: await voiceChats.scenesOf(identity.userId) }))
  bus.handle(rtc.call, async (call, { identity }) => ({ answer: await voiceChats.call(identity.userId, call) }))
}

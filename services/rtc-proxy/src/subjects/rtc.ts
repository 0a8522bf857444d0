import type { Bus } from '@parley/bus'
import { rtc } from '@parley/contracts'
import type { DeviceRooms } from '../domain/device-rooms.ts'
import type { VoiceChats } from '../domain/voice-chats.ts'
import type { Callers } from './callers.ts'

export type RtcSubjects = { voiceChats: VoiceChats; deviceRooms: DeviceRooms; callerOf: Callers }

/** Serves `rtc.v1.*`. Whose session it is says the identity of the call, and nothing in the call. */
export function serveRtc(bus: Bus, { voiceChats, deviceRooms, callerOf }: RtcSubjects): void {
  bus.handle(rtc.getScenes, async ({ guest }, { identity }) => ({
    scenes: await voiceChats.scenesOf(callerOf(identity, guest)),
  }))
  bus.handle(rtc.call, async ({ guest, ...call }, { identity }) => ({
    answer: await voiceChats.call(callerOf(identity, guest), call),
  }))
  bus.handle(rtc.issueDeviceToken, (proof) => deviceRooms.enter(proof))
}

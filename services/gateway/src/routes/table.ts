import type { PlatformHealth } from '../platform-health.ts'
import { accountRoutes } from './account.ts'
import { adminRoutes } from './admin.ts'
import { agentRoutes } from './agents.ts'
import { auditRoutes } from './audit.ts'
import { companionChatRoutes } from './companion-chat.ts'
import { contactRoutes } from './contacts.ts'
import { conversationRoutes } from './conversations.ts'
import { creditRoutes } from './credits.ts'
import { deviceControlRoutes } from './device-controls.ts'
import { deviceRoutes } from './devices.ts'
import { fileRoutes, type FileRoutesSettings } from './files.ts'
import { firmwareRoutes } from './firmware.ts'
import { healthRoutes } from './health.ts'
import { macLoginRoutes } from './mac-login.ts'
import { mcpRoutes } from './mcp.ts'
import { memoryRoutes } from './memories.ts'
import { modelRoutes } from './models.ts'
import { openAiSpeechRoutes } from './openai-speech.ts'
import { openAiRoutes } from './openai.ts'
import { passwordRoutes } from './passwords.ts'
import { profileRoutes } from './profile.ts'
import { providerRoutes } from './providers.ts'
import { recordingRoutes } from './recordings.ts'
import type { Route } from './route.ts'
import { rtcRoutes, type RtcRoutesSettings } from './rtc.ts'
import { secondFactorRoutes } from './second-factors.ts'
import { sessionRoutes } from './sessions.ts'
import { speechRoutes } from './speech.ts'
import { tokenRoutes, type TokenRoutesSettings } from './tokens.ts'
import { voiceprintRoutes } from './voiceprints.ts'

export type { Route } from './route.ts'

export type TableSettings = FileRoutesSettings & TokenRoutesSettings & RtcRoutesSettings & { health: PlatformHealth }

/** Every route of the public API: wiring, documentation and the tests of who may come all read this one list. */
export function routeTable({ health, accessKeys, rtcDemo, ...files }: TableSettings): Route[] {
  return [
    ...accountRoutes,
    ...profileRoutes,
    ...passwordRoutes,
    ...contactRoutes,
    ...providerRoutes,
    ...secondFactorRoutes,
    ...tokenRoutes({ accessKeys }),
    ...sessionRoutes,
    ...macLoginRoutes,
    ...deviceRoutes,
    ...deviceControlRoutes,
    ...agentRoutes,
    ...mcpRoutes,
    ...conversationRoutes,
    ...memoryRoutes,
    ...companionChatRoutes,
    ...openAiRoutes,
    ...openAiSpeechRoutes,
    ...speechRoutes,
    ...recordingRoutes,
    ...voiceprintRoutes,
    ...fileRoutes(files),
    ...rtcRoutes({ rtcDemo }),
    ...adminRoutes,
    ...firmwareRoutes,
    ...auditRoutes,
    ...creditRoutes,
    ...modelRoutes,
    ...healthRoutes(health),
  ]
}

import { Problem, type DeviceRoom } from '@parley/contracts'
import type { Devices, Place, Scenes, SessionStore, TokenCache, TokenIssuer } from './ports.ts'
import type { Session } from './session.ts'

export type DeviceRoomPorts = {
  devices: Devices
  scenes: Scenes
  sessions: SessionStore
  newSession: (place: Place) => Session
  tokens: TokenCache
  issueToken: TokenIssuer
  /** The scene that devices talk in. */
  deviceScene: () => string | undefined
  now: () => Date
}

type Proof = { deviceId: string; clientId?: string | undefined; credential?: string | undefined }

export type DeviceRooms = {
  /**
   * Lets a device into its owner's room.
   * @throws Problem `unauthorized` without proof, `conflict` for a device without an owner or an install without scenes
   */
  enter: (proof: Proof) => Promise<DeviceRoom>
}

/** A token that has less than this share of its life left is not given again. */
const leastLeft = 0.5

/** The rooms that devices share with the apps of their owners. */
export function createDeviceRooms(ports: DeviceRoomPorts, { tokenTtlS }: { tokenTtlS: number }): DeviceRooms {
  const { devices, scenes, sessions, newSession, tokens, issueToken, now } = ports

  return {
    enter: async ({ deviceId, clientId, credential }) => {
      const { ownerId } = await devices.authenticate({ deviceId, clientId, credential })
      if (ownerId === undefined) throw new Problem('conflict', 'This device has no owner yet')
      const scene = scenes.find(ports.deviceScene() ?? '')
      if (!scene) throw new Problem('conflict', 'There is no scene that devices could talk in')

      const place = { userId: ownerId, sceneId: scene.id }
      const { after: session } = await sessions.change(place, newSession(place), (found) => found)
      const { roomId, rtcUserId: userId, taskId } = session
      const { AppId: appId } = scene.voiceChat
      const known = await tokens.find({ userId: ownerId, taskId })
      if (known?.appId === appId && known.roomId === roomId) return toDeviceRoom(known, taskId)

      const issuedAt = Math.floor(now().getTime() / 1_000)
      const expireAt = issuedAt + tokenTtlS
      const token = issueToken(scene.id, { roomId, userId, issuedAt, expireAt })
      const issued = { appId, roomId, userId, token, expireAt }
      await tokens.keep({ userId: ownerId, taskId }, issued, Math.floor(tokenTtlS * (1 - leastLeft)))
      return toDeviceRoom(issued, taskId)
    },
  }
}

function toDeviceRoom(
  { expireAt, ...room }: Awaited<ReturnType<TokenCache['find']>> & object,
  taskId: string,
): DeviceRoom {
  return { ...room, taskId, expiresAt: new Date(expireAt * 1_000).toISOString() }
}

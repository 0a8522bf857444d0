import { Problem, type RtcCall } from '@parley/contracts'
import type { Action, Scenes } from './ports.ts'
import type { Scene } from './scene.ts'

const actions: readonly Action[] = ['StartVoiceChat', 'UpdateVoiceChat', 'StopVoiceChat']
const versionShape = /^\d{4}-\d\d-\d\d$/

/**
 * What a call asks for. What is missing is said in the words, and in the order, that clients of the demo server know.
 * @throws Problem `bad-request`, for an unknown scene too: clients expect 400 there
 */
export function readCall(
  call: RtcCall,
  { version: usual, scenes }: { version: string; scenes: Scenes },
): { action: Action; version: string; scene: Scene } {
  const { version = usual, sceneId = '' } = call
  if (!call.action.trim()) throw new Problem('bad-request', 'Action 不能为空')
  if (!version.trim()) throw new Problem('bad-request', 'Version 不能为空')
  if (!sceneId.trim()) throw new Problem('bad-request', 'SceneID 不能为空,SceneID 用于指定场景配置')
  const scene = scenes.find(sceneId)
  if (!scene) throw new Problem('bad-request', `${sceneId} 不存在,请先配置对应场景。`)
  const action = actions.find((name) => name === call.action)
  if (!action) throw new Problem('bad-request', `Action "${call.action}" is none of ${actions.join(', ')}`)
  if (!versionShape.test(version))
    throw new Problem('bad-request', `Version "${version}" is no date such as 2024-12-01`)
  return { action, version, scene }
}

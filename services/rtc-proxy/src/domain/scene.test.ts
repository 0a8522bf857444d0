import { describe, expect, test } from 'vitest'
import { readOwnTask, toCard, toStartBody, type Scene } from './scene.ts'
import { newSession } from './session.ts'

const session = newSession({ userId: 'u', sceneId: 's' }, 'task_1', undefined)

function sceneWith(voiceChat: Partial<Scene['voiceChat']> = {}): Scene {
  const card = { icon: 'https://example.com/i.png', name: 'Shop' }
  return { id: 's', card, voiceChat: { AppId: 'app', AgentConfig: {}, Config: {}, ...voiceChat } }
}

describe('the card', () => {
  test('of a scene that says nothing else is plain', () => {
    expect(toCard(sceneWith())).toEqual({
      id: 's',
      icon: 'https://example.com/i.png',
      name: 'Shop',
      isInterruptMode: false,
      isVision: false,
      isScreenMode: false,
      isAvatarScene: false,
    })
  })

  test('says what the agent is and can', () => {
    const scene = sceneWith({
      AgentConfig: { UserId: 'Bot' },
      Config: {
        InterruptMode: 0,
        LLMConfig: { Mode: 'ArkV3', VisionConfig: { Enable: true, SnapshotConfig: { StreamType: 1 } } },
        AvatarConfig: { Enabled: true, BackgroundUrl: 'https://example.com/b.png' },
      },
    })
    scene.card.questions = ['What is new?']
    expect(toCard(scene)).toMatchObject({
      questions: ['What is new?'],
      botName: 'Bot',
      isInterruptMode: true,
      isVision: true,
      isScreenMode: true,
      isAvatarScene: true,
      avatarBgUrl: 'https://example.com/b.png',
    })
  })
})

describe('what starts the agent', () => {
  test('has the ids of the session, whatever the scene has, and all else as it is', () => {
    const scene = sceneWith({
      RoomId: 'own',
      TaskId: 'own',
      BusinessId: 'b',
      AgentConfig: { UserId: 'Bot', TargetUserId: ['own'], WelcomeMessage: 'Hi' },
      Config: { ASRConfig: { Provider: 'volcano' }, LLMConfig: { Mode: 'ArkV3', EndPointId: 'ep' } },
    })
    const before = structuredClone(scene)
    expect(toStartBody(scene, session)).toEqual({
      AppId: 'app',
      RoomId: 'room_u_s',
      TaskId: 'task_1',
      BusinessId: 'b',
      AgentConfig: { UserId: 'Bot', TargetUserId: ['u'], WelcomeMessage: 'Hi' },
      Config: { ASRConfig: { Provider: 'volcano' }, LLMConfig: { Mode: 'ArkV3', EndPointId: 'ep' } },
    })
    expect(scene).toEqual(before)
  })

  test.each([
    ['https://example.com/chat', 'https://example.com/chat?room_id=room_u_s'],
    ['https://example.com/chat?key=1', 'https://example.com/chat?key=1&room_id=room_u_s'],
  ])('tells the room to the model at %s', (Url, told) => {
    const scene = sceneWith({ Config: { LLMConfig: { Mode: 'CustomLLM', Url } } })
    expect(toStartBody(scene, session).Config.LLMConfig).toEqual({ Mode: 'CustomLLM', Url: told })
  })
})

test('the run that a scene names itself', () => {
  expect(readOwnTask(sceneWith({ RoomId: 'r', TaskId: 't' }))).toEqual({ AppId: 'app', RoomId: 'r', TaskId: 't' })
  expect(() => readOwnTask(sceneWith({ TaskId: 't' }))).toThrow('s 场景的 VoiceChat.RoomId 不能为空')
  expect(() => readOwnTask(sceneWith({ RoomId: 'r' }))).toThrow('s 场景的 VoiceChat.TaskId 不能为空')
})

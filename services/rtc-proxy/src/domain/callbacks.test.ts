import { describe, expect, test } from 'vitest'
import { isAnsweredHere, isToldHere, withCallbacks } from './callbacks.ts'
import { callbackProof } from './run.ts'
import type { VoiceChat } from './scene.ts'

const url = 'https://parley.example.com'
const key = 'k'.repeat(43)
const target = { url, roomId: 'room_u', taskId: 'task_1', key, version: '2024-12-01' }
const chat = (Config: VoiceChat['Config'], AgentConfig: VoiceChat['AgentConfig'] = {}): VoiceChat => {
  return { AppId: 'app', AgentConfig, Config }
}
const room = 'room_id=room_u&task_id=task_1'

describe('the model of a scene', () => {
  test('is ours where it has no address, and gets one with a key', () => {
    const voiceChat = chat({ LLMConfig: { Mode: 'CustomLLM', ModelName: 'parley' } })
    expect(isAnsweredHere(voiceChat, url)).toBe(true)
    expect(withCallbacks(voiceChat, target).Config.LLMConfig).toEqual({
      Mode: 'CustomLLM',
      ModelName: 'parley',
      Url: `${url}/chat_callback?${room}`,
      APIKey: callbackProof(key, 'model'),
      EnableRoundId: true,
    })
  })

  test('is ours at our address, whatever key the scene has', () => {
    const Url = `${url}/chat_callback?v=1&room_id=room_u`
    const { Config } = withCallbacks(chat({ LLMConfig: { Mode: 'CustomLLM', Url, APIKey: 'old' } }), target)
    expect(Config.LLMConfig).toMatchObject({
      Url: `${url}/chat_callback?v=1&${room}`,
      APIKey: callbackProof(key, 'model'),
    })
  })

  test('is called over plain http where our address is that', () => {
    const here = { ...target, url: 'http://127.0.0.1:8105' }
    const { Config } = withCallbacks(chat({ LLMConfig: { Mode: 'CustomLLM' } }), here)
    expect(Config.LLMConfig?.['Feature']).toBe('{"Http":true}')
  })

  test.each<[string, VoiceChat['Config']['LLMConfig']]>([
    ['at an address of its own', { Mode: 'CustomLLM', Url: 'https://example.com/chat_callback', APIKey: 'own' }],
    ['at an address that only begins like ours', { Mode: 'CustomLLM', Url: `${url}/chat_callback2`, APIKey: 'own' }],
    ['of the vendor', { Mode: 'ArkV3', EndPointId: 'ep-1' }],
  ])('%s is left alone', (_, LLMConfig) => {
    expect(isAnsweredHere(chat({ LLMConfig }), url)).toBe(false)
    expect(withCallbacks(chat({ LLMConfig }), target).Config.LLMConfig).toEqual(LLMConfig)
  })
})

describe('states and subtitles', () => {
  const address = `${url}/rtc_callback?${room}&key=${callbackProof(key, 'url')}`
  const signature = callbackProof(key, 'signature')

  test('are told to us, at one address', () => {
    const { AgentConfig, Config } = withCallbacks(chat({ SubtitleConfig: { SubtitleMode: 1 } }), target)
    expect(AgentConfig).toEqual({
      EnableConversationStateCallback: true,
      ServerMessageURLForRTS: address,
      ServerMessageSignatureForRTS: signature,
    })
    const toServer = { ServerMessageUrl: address, ServerMessageSignature: signature }
    expect(Config.SubtitleConfig).toEqual({ SubtitleMode: 1, ...toServer })
    expect(Config.FunctionCallingConfig).toBeUndefined()
  })

  test('have no address of their own in later versions', () => {
    const { AgentConfig, Config } = withCallbacks(chat({}), { ...target, version: '2025-06-01' })
    expect(AgentConfig.ServerMessageURLForRTS).toBe(address)
    expect(Config.SubtitleConfig).toBeUndefined()
  })

  test('and function calls, where the scene wants them on a server', () => {
    const { Config } = withCallbacks(chat({ FunctionCallingConfig: {} }), target)
    expect(Config.FunctionCallingConfig).toEqual({ ServerMessageUrl: address, ServerMessageSignature: signature })
  })

  test.each<[string, VoiceChat]>([
    ['states', chat({}, { ServerMessageURLForRTS: 'https://example.com/rts' })],
    ['subtitles', chat({ SubtitleConfig: { ServerMessageUrl: 'https://example.com/rts' } })],
  ])('go where the scene wants its %s', (_, voiceChat) => {
    expect(isToldHere(voiceChat, url)).toBe(false)
    expect(withCallbacks(voiceChat, target)).toEqual(voiceChat)
  })
})

test('without a public address nothing is ours', () => {
  const voiceChat = chat({ LLMConfig: { Mode: 'CustomLLM' } })
  expect([isAnsweredHere(voiceChat, undefined), isToldHere(voiceChat, undefined)]).toEqual([false, false])
})

import { expect, test } from 'vitest'
import { VoiceChatUpdate } from './rtc.ts'

test.each<[what: string, update: unknown]>([
  ['an interruption', { Command: 'interrupt' }],
  ['the result of a function', { Command: 'function', Message: '{"ToolCallID":"call_cx","Content":"it rains"}' }],
  ['words to say', { Command: 'ExternalTextToSpeech', Message: '你好，世界', InterruptMode: 1 }],
  [
    '200 characters of two code units',
    { Command: 'ExternalTextToSpeech', Message: '🙂'.repeat(200), InterruptMode: 3 },
  ],
  ['other prompts', { Command: 'UpdateParameters', Parameters: { Config: { LLMConfig: { SystemMessages: ['x'] } } } }],
  [
    'an image with words',
    {
      Command: 'ExternalTextToLLM',
      Message: 'What is this?',
      InterruptMode: 2,
      ImageConfig: { Action: 'insert', ImageType: 'url', Images: ['https://example.com/a.jpg'] },
    },
  ],
])('%s may be told to an agent, as it is', (_, update) => {
  expect(VoiceChatUpdate.parse(update)).toEqual(update)
})

test.each<[what: string, update: unknown, path: string]>([
  ['no command', {}, 'Command'],
  ['a command that is none', { Command: 'explode' }, 'Command'],
  ['words without a word', { Command: 'ExternalTextToLLM', InterruptMode: 1 }, 'Message'],
  ['words without their priority', { Command: 'ExternalTextToSpeech', Message: 'x' }, 'InterruptMode'],
  ['a priority that is none', { Command: 'ExternalTextToSpeech', Message: 'x', InterruptMode: 4 }, 'InterruptMode'],
  ['too much to say', { Command: 'ExternalTextToSpeech', Message: 'x'.repeat(201), InterruptMode: 1 }, 'Message'],
  ['a result that is no JSON', { Command: 'function', Message: 'it rains' }, 'Message'],
  ['a result of no call', { Command: 'function', Message: '{"Content":"it rains"}' }, 'Message'],
  ['parameters that are missing', { Command: 'UpdateParameters' }, 'Parameters'],
  [
    'an address of the model',
    { Command: 'UpdateParameters', Parameters: { Config: { LLMConfig: { Url: 'https://elsewhere.example' } } } },
    'Parameters.Config.LLMConfig',
  ],
  ['a room of its own', { Command: 'interrupt', RoomId: 'room1' }, ''],
])('%s is refused by its name', (_, update, path) => {
  const { error } = VoiceChatUpdate.safeParse(update)
  expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path)
})

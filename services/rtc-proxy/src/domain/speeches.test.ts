import type { Spoken } from '@parley/contracts'
import { expect, test } from 'vitest'
import { someRun } from '../../test/some-run.ts'
import type { Speech, SpeechPlace } from './ports.ts'
import type { SubtitlePiece } from './room-messages.ts'
import { toTurnId } from './run.ts'
import { createSpeeches } from './speeches.ts'

const piece = (more: Partial<SubtitlePiece>): SubtitlePiece => ({
  userId: 'bot',
  text: '',
  language: undefined,
  sequence: 0,
  definite: true,
  paragraph: false,
  round: 1,
  incremental: false,
  ...more,
})

function fixture(record: (spoken: Spoken) => Promise<void> = async () => undefined) {
  const all = new Map<string, { pieces: Map<number, string>; interrupted: boolean; incremental: boolean }>()
  const told: Spoken[] = []
  const open = ({ taskId, round, speaker }: SpeechPlace) => {
    const key = [taskId, round, speaker].join()
    const found = all.get(key) ?? { pieces: new Map<number, string>(), interrupted: false, incremental: false }
    all.set(key, found)
    return found
  }
  const toSpeech = ({ pieces, ...rest }: ReturnType<typeof open>): Speech => ({
    ...rest,
    pieces: [...pieces].sort(([one], [other]) => one - other).map(([, text]) => text),
  })
  const speeches = createSpeeches({
    speeches: {
      add: async (place, { sequence, text, incremental }) => {
        const speech = open(place)
        speech.pieces.set(sequence, text)
        speech.incremental ||= incremental
        return toSpeech(speech)
      },
      interrupt: async (place) => toSpeech(Object.assign(open(place), { interrupted: true })),
    },
    mind: {
      recordSpoken: async (spoken) => {
        told.push(spoken)
        await record(spoken)
      },
    },
  })
  const texts = () => told.map(({ text, interrupted }) => (interrupted ? `${text} (cut)` : text))
  return { ...speeches, told, texts }
}

test('sentences that are complete grow to what was said, in their order, each once', async () => {
  const { hear, told, texts } = fixture()
  await hear(someRun, 'agent', piece({ sequence: 1, text: 'Hello', definite: false }))
  await hear(someRun, 'agent', piece({ sequence: 2, text: 'Hello there.' }))
  await hear(someRun, 'agent', piece({ sequence: 6, text: 'Bye.', paragraph: true }))
  await hear(someRun, 'agent', piece({ sequence: 4, text: 'How are you?' }))
  await hear(someRun, 'agent', piece({ sequence: 4, text: 'How are you?' }))
  expect(texts()).toEqual([
    'Hello there.',
    'Hello there. Bye.',
    'Hello there. How are you? Bye.',
    'Hello there. How are you? Bye.',
  ])
  expect(told[0]).toEqual({
    turnId: toTurnId('task_1', '1'),
    run: { roomId: 'room_1', taskId: 'task_1', ownerId: undefined, agentId: undefined },
    role: 'assistant',
    text: 'Hello there.',
    interrupted: false,
  })
})

test('Chinese sentences stand together', async () => {
  const { hear, texts } = fixture()
  await hear(someRun, 'user', piece({ sequence: 1, text: '你好。' }))
  await hear(someRun, 'user', piece({ sequence: 2, text: '今天好吗？' }))
  expect(texts().at(-1)).toBe('你好。今天好吗？')
})

test('pieces of what a model writes count when all are there', async () => {
  const { hear, texts } = fixture()
  const written = (sequence: number, text: string, end = false) =>
    hear(someRun, 'agent', piece({ sequence, text, definite: end, paragraph: end, incremental: true }))
  await written(1, 'Hel')
  await written(2, 'lo. ')
  await written(3, 'Bye.')
  expect(texts()).toEqual([])
  await written(4, '', true)
  expect(texts()).toEqual(['Hello. Bye.'])
})

test('an agent that is cut off has said what was heard, and no later word undoes that', async () => {
  const { hear, interrupt, texts } = fixture()
  await interrupt(someRun, 1)
  expect(texts()).toEqual([])
  await hear(someRun, 'agent', piece({ round: 2, sequence: 1, text: 'Once upon a time.' }))
  await interrupt(someRun, 2)
  await hear(someRun, 'agent', piece({ round: 2, sequence: 2, text: 'There', paragraph: true }))
  expect(texts()).toEqual(['Once upon a time.', 'Once upon a time. (cut)', 'Once upon a time. There (cut)'])
})

test('without a round, another model’s sentences stand for themselves, and ours are stored already', async () => {
  const { hear, told } = fixture()
  await hear(someRun, 'agent', piece({ round: undefined, sequence: 1, text: 'One.' }))
  expect(told).toEqual([])
  const vendors = { ...someRun, answered: false }
  await hear(vendors, 'agent', piece({ round: undefined, sequence: 1, text: 'One.' }))
  await hear(vendors, 'agent', piece({ round: undefined, sequence: 2, text: 'Two.' }))
  expect(told.map(({ text }) => text)).toEqual(['One.', 'Two.'])
  expect(told[0]?.turnId).not.toBe(told[1]?.turnId)
})

test('less never replaces more: one at a time, also after a failure', async () => {
  const first = Promise.withResolvers<void>()
  const { hear, texts } = fixture(({ text }) => (text === 'A.' ? first.promise : Promise.resolve()))
  const failing = hear(someRun, 'agent', piece({ sequence: 1, text: 'A.' }))
  const second = hear(someRun, 'agent', piece({ sequence: 2, text: 'B.' }))
  await expect.poll(texts).toEqual(['A.'])
  first.reject(new Error('not now'))
  await expect(failing).rejects.toThrow('not now')
  await second
  expect(texts()).toEqual(['A.', 'A. B.'])
})

import { describe, expect, test } from 'vitest'
import type { LanguageModel, ModelMessage, ModelPart, ModelTool } from '../domain/language-model.ts'

/** What a provider's upstream does instead of answering. */
export type UpstreamFailure = 'refuses-key' | 'too-many-requests' | 'breaks' | 'disconnects' | 'hangs'

export type ConformanceSubject = AsyncDisposable & {
  model: LanguageModel
  /** Makes the upstream fail in this way from now on; left out by a provider without an upstream. */
  fail?: (failure: UpstreamFailure) => void
}

const problems: [failure: UpstreamFailure, code: string][] = [
  ['refuses-key', 'provider-rejected'],
  ['too-many-requests', 'provider-failed'],
  ['breaks', 'provider-failed'],
  ['disconnects', 'provider-failed'],
  ['hangs', 'timeout'],
]

const question: ModelMessage = { role: 'user', text: 'Set the volume to fifty' }
const volumeTool: ModelTool = {
  name: 'self_audio_speaker_set_volume',
  description: 'Sets the volume',
  inputSchema: { type: 'object', properties: { volume: { type: 'integer' } } },
}

/**
 * What every language model does. The subject answers any question with a text of several pieces, and calls
 * `volumeTool` with `{"volume":50}` when it is offered and `question` is asked.
 */
export function describeLanguageModel(name: string, open: () => Promise<ConformanceSubject>): void {
  describe(`${name} as a language model`, () => {
    test('answers first, then text, finished last', async () => {
      await using subject = await open()
      const parts = await collect(subject.model, [{ role: 'user', text: 'What can you do?' }])
      expect(parts.map(({ type }) => type)).toEqual([
        'answering',
        ...parts.slice(1, -1).map(() => 'text-delta'),
        'finished',
      ])
      expect(parts.length).toBeGreaterThan(3)
      expect(parts.at(-1)).toMatchObject({ reason: 'stop' })
    })

    test('calls a tool and answers with its result', async () => {
      await using subject = await open()
      const asked = await collect(subject.model, [question], [volumeTool])
      const call = asked.find((part) => part.type === 'tool-call')
      expect(call).toMatchObject({ name: volumeTool.name, id: expect.stringMatching(/./) })
      expect(JSON.parse(call?.arguments ?? '')).toEqual({ volume: 50 })
      expect(asked.at(-1)).toMatchObject({ type: 'finished', reason: 'tool-calls' })

      const { id = '', name: tool = '', arguments: text = '' } = call ?? {}
      const made: ModelMessage = { role: 'assistant', text: '', toolCalls: [{ id, name: tool, arguments: text }] }
      const result: ModelMessage = { role: 'tool', callId: id, text: 'true', failed: false }
      const told = await collect(subject.model, [question, made, result], [volumeTool])
      expect(told.some(({ type }) => type === 'text-delta')).toBe(true)
    })

    test('does not begin for an aborted signal', async () => {
      await using subject = await open()
      const signal = AbortSignal.abort(new Error('too late'))
      await expect(collect(subject.model, [question], [], signal)).rejects.toThrow('too late')
    })

    test('stops in the middle with the reason of the abort, within 100 ms', async () => {
      await using subject = await open()
      const controller = new AbortController()
      let abortedAt = Number.NaN
      const running = (async () => {
        const request = { messages: [{ role: 'user' as const, text: 'What can you do?' }], tools: [], sampling: {} }
        for await (const part of subject.model.stream(request, { signal: controller.signal })) {
          if (part.type !== 'text-delta') continue
          abortedAt = performance.now()
          controller.abort(new Error('barge-in'))
        }
      })()
      await expect(running).rejects.toThrow('barge-in')
      expect(performance.now() - abortedAt).toBeLessThan(100)
    })

    test('may be left in the middle, and asked again', async () => {
      await using subject = await open()
      const request = { messages: [question], tools: [], sampling: {} }
      for await (const part of subject.model.stream(request, { signal: new AbortController().signal })) {
        if (part.type === 'text-delta') break
      }
      expect((await collect(subject.model, [question])).at(-1)?.type).toBe('finished')
    })

    test('an upstream that fails becomes the right problem', async () => {
      for (const [failure, code] of problems) {
        await using subject = await open()
        if (!subject.fail) return
        subject.fail(failure)
        await expect(collect(subject.model, [question]), failure).rejects.toMatchObject({ name: 'Problem', code })
      }
    })
  })
}

async function collect(
  model: LanguageModel,
  messages: ModelMessage[],
  tools: ModelTool[] = [],
  signal: AbortSignal = new AbortController().signal,
): Promise<ModelPart[]> {
  const parts: ModelPart[] = []
  for await (const part of model.stream({ messages, tools, sampling: {} }, { signal })) parts.push(part)
  return parts
}

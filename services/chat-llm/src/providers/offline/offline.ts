import { Problem } from '@parley/contracts'
import { unmarkOutside } from '../../domain/tools/outside.ts'
import type { LanguageModel, ModelMessage, ModelPart, ModelRequest } from '../../domain/language-model.ts'
import { createDateWords } from './date-words.ts'
import type { MadeCall, Rule, Situation, Step } from './rule.ts'
import { say } from './rule.ts'
import { alarmRules } from './rules/alarms.ts'
import { deviceRules } from './rules/device.ts'
import { echoRules } from './rules/echo.ts'
import { funRules } from './rules/fun.ts'
import { homeRules } from './rules/home.ts'
import { lightRules } from './rules/light.ts'
import { pairingRules } from './rules/pairing.ts'
import { serviceRules } from './rules/services.ts'
import { talkRules } from './rules/talk.ts'
import { timeRules } from './rules/time.ts'
import { isChinese, simplify } from './simplify.ts'

export type OfflineSettings = {
  timeZone: string
  now: () => Date
  random?: () => number
  /** What it is called in records; `offline`. */
  name?: string
}

/** Earlier families win: what someone wants repeated is not understood. */
const rules: readonly Rule[] = [
  ...echoRules,
  ...pairingRules,
  ...alarmRules,
  ...serviceRules,
  ...homeRules,
  ...lightRules,
  ...deviceRules,
  ...timeRules,
  ...funRules,
  ...talkRules,
]

/**
 * The built-in offline responder: a table of rules, not a model, and it says so. It needs no key and no network, knows
 * the time and some manners, and turns the knobs of a device.
 */
export function createOffline({
  timeZone,
  now,
  random = Math.random,
  name = 'offline',
}: OfflineSettings): LanguageModel {
  const words = createDateWords(timeZone)

  async function* stream(
    { messages, tools, format }: ModelRequest,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<ModelPart, void> {
    signal.throwIfAborted()
    if (format) throw new Problem('provider-rejected', 'The offline responder writes no JSON')
    yield { type: 'answering', provider: name, model: name }
    const step = decide({ ...readQuestion(messages), tools, words, random, now: now() })
    if ('call' in step) {
      const id = `call_${messages.length}`
      yield { type: 'tool-call', id, name: step.call, arguments: JSON.stringify(step.arguments) }
      yield { type: 'finished', reason: 'tool-calls' }
      return
    }
    for (const text of toDeltas(step.say)) {
      signal.throwIfAborted()
      yield { type: 'text-delta', text }
    }
    yield { type: 'finished', reason: 'stop' }
  }

  return { name, model: name, stream }
}

function decide(situation: Situation): Step {
  const question = simplify(situation.said)
  for (const { pattern, step } of rules) {
    const match = pattern.exec(question)
    const found = match && step(situation, match)
    if (found) return found
  }
  return say(
    situation,
    'I do not know that: I am the built-in offline responder, not a language model. To connect one, set LLM_BASE_URL, LLM_API_KEY and LLM_MODEL.',
    '这个我不知道：我是内置的离线应答器，不是语言模型。请设置 LLM_BASE_URL、LLM_API_KEY 和 LLM_MODEL 来连接模型。',
  )
}

/** The last question, what was called for it since, and what was said before it. */
function readQuestion(messages: ModelMessage[]): Pick<Situation, 'said' | 'chinese' | 'calls' | 'lastAnswer'> {
  const at = messages.findLastIndex(({ role }) => role === 'user')
  const said = messages[at]?.role === 'user' ? messages[at].text : ''
  const lastAnswer = messages.slice(0, Math.max(at, 0)).findLast(({ role }) => role === 'assistant')
  return {
    said,
    chinese: isChinese(said),
    calls: readCalls(messages.slice(at + 1)),
    lastAnswer: lastAnswer?.role === 'assistant' ? lastAnswer.text : undefined,
  }
}

function readCalls(messages: ModelMessage[]): MadeCall[] {
  const results = new Map(
    messages.flatMap((message) => (message.role === 'tool' ? [[message.callId, message] as const] : [])),
  )
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []))
  return calls.flatMap((call) => {
    const result = results.get(call.id)
    return result
      ? [{ name: call.name, arguments: call.arguments, text: unmarkOutside(result.text), failed: result.failed }]
      : []
  })
}

/** Small pieces, as a model's tokens are: words with the space before them, or two signs of a script without spaces. */
function toDeltas(text: string): string[] {
  return text.match(/\s*[^\s\p{Script=Han}]+|\s*\p{Script=Han}{1,2}/gu) ?? []
}

import type { ModelTool } from '../../../domain/language-model.ts'
import { readPercent } from '../numbers.ts'
import { say, type Rule, type Situation, type Step } from '../rule.ts'
import { findCall, findTool } from '../tools.ts'

const on = /\b(?:turn|switch) on\b|\bopen\b|\bon$|打开|开(?:一下|启)?/
const off = /\b(?:turn|switch) off\b|\bclose\b|\boff$|关(?:掉|上|闭|了)?/
const set = /\bset\b.*\bto\b(.*)|(?:调到|设为|调成)(.*)/
const read = /^(?:is|are|how|what)\b|吗$|怎么样|多少/

/** Things of the home that the agent was given, when one of them is named. */
export const homeRules: readonly Rule[] = [
  {
    pattern: set,
    step: (situation, [, english, chinese]) => act(situation, 'set', readPercent(english ?? chinese ?? '')),
  },
  { pattern: off, step: (situation) => act(situation, 'turn_off') },
  { pattern: on, step: (situation) => act(situation, 'turn_on') },
  { pattern: read, step: (situation) => act(situation, 'read') },
]

function act(situation: Situation, action: string, value?: number): Step | undefined {
  const tool = findTool(situation, /^home_assistant$/)
  const thing = tool && findThing(situation, tool)
  if (!tool || thing === undefined || (action === 'set' && value === undefined)) return undefined
  const made = findCall(situation, tool)
  if (!made) return { call: tool.name, arguments: { thing, action, ...(value !== undefined && { value }) } }
  if (made.failed) return say(situation, `The ${thing} did not answer.`, `${thing}没有反应。`)
  if (action === 'read') return { say: made.text }
  return say(situation, `Done: ${thing}.`, `好的，${thing}。`)
}

/** The thing whose name is said, the longest of them; or the only lamp, when a lamp is meant. */
function findThing({ said }: Situation, tool: ModelTool): string | undefined {
  const heard = said.toLowerCase()
  const named = thingsOf(tool).filter((name) => heard.includes(name.toLowerCase()))
  return named.toSorted((one, other) => other.length - one.length)[0] ?? onlyLamp(heard, thingsOf(tool))
}

function onlyLamp(heard: string, things: string[]): string | undefined {
  const lamp = /\b(?:lights?|lamp)\b|灯/i
  const lamps = things.filter((name) => lamp.test(name))
  return lamp.test(heard) && lamps.length === 1 ? lamps[0] : undefined
}

function thingsOf({ inputSchema }: ModelTool): string[] {
  const { thing } = (inputSchema['properties'] ?? {}) as { thing?: { enum?: unknown } }
  return Array.isArray(thing?.enum) ? thing.enum.map(String) : []
}

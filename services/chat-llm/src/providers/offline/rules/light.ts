import type { ModelTool } from '../../../domain/language-model.ts'
import { say, type Rule, type Situation, type Step } from '../rule.ts'
import { findCall, findTool } from '../tools.ts'

const turnOn = /\b(?:turn|switch) on\b.*\b(?:lights?|lamp)\b|\b(?:lights?|lamp) on\b|开.*灯|灯.*开/
const turnOff = /\b(?:turn|switch) off\b.*\b(?:lights?|lamp)\b|\b(?:lights?|lamp) off\b|关.*灯|灯.*关/

/** Switches a lamp that the device offers, and looks through its camera. */
export const lightRules: readonly Rule[] = [
  { pattern: turnOff, step: (situation) => switchLight(situation, false) },
  { pattern: turnOn, step: (situation) => switchLight(situation, true) },
  { pattern: /\btake a (?:photo|picture)\b|\bwhat do you see\b|拍照|拍张|看到(?:了)?什么/, step: look },
]

function switchLight(situation: Situation, on: boolean): Step {
  const command = findSwitch(situation, on)
  if (!command) return say(situation, 'This device offers me no light.', '这个设备没有灯可以控制。')
  const made = findCall(situation, command.tool)
  if (!made) return { call: command.tool.name, arguments: command.arguments }
  if (made.failed) return say(situation, 'The light did not answer.', '灯没有反应。')
  return on ? say(situation, 'The light is on.', '灯已经打开了。') : say(situation, 'The light is off.', '灯已经关了。')
}

/** A tool for this very thing, or one that takes on or off as its only yes-or-no argument. */
function findSwitch(
  situation: Situation,
  on: boolean,
): { tool: ModelTool; arguments: Record<string, unknown> } | undefined {
  const direct = findTool(
    situation,
    on ? /(?:light|lamp|led).*_on$|turn_on.*(?:light|lamp)/ : /(?:light|lamp|led).*_off$|turn_off.*(?:light|lamp)/,
  )
  if (direct) return { tool: direct, arguments: {} }
  const either = findTool(
    situation,
    /(?:light|lamp|led)(?!.*(?:_on|_off|get_|color|rgb|brightness)).*(?:power|switch|state|toggle|set)/,
  )
  const argument = either && yesOrNoArgument(either)
  return either && argument ? { tool: either, arguments: { [argument]: on } } : undefined
}

function yesOrNoArgument({ inputSchema }: ModelTool): string | undefined {
  const properties = Object.entries((inputSchema['properties'] ?? {}) as Record<string, { type?: unknown } | undefined>)
  return properties.find(([, property]) => property?.type === 'boolean')?.[0]
}

function look(situation: Situation): Step {
  const camera = findTool(situation, /take_photo$/)
  if (!camera) return say(situation, 'This device offers me no camera.', '这个设备没有摄像头。')
  const made = findCall(situation, camera)
  if (!made) return { call: camera.name, arguments: { question: situation.said } }
  if (made.failed) return say(situation, 'I could not take a picture.', '拍照没有成功。')
  return { say: made.text }
}

import { readPercent } from '../numbers.ts'
import type { ModelTool } from '../../../domain/language-model.ts'
import { say, type Rule, type Situation, type Step } from '../rule.ts'
import { findCall, findTool, readNumberAt } from '../tools.ts'

/** Something between 0 and 100 that a device has: how to set it, where its status says it, what people call it. */
type Level = { setter: RegExp; property: string; path: [string, string]; english: string; chinese: string }

const volume: Level = {
  setter: /set_volume$/,
  property: 'volume',
  path: ['audio_speaker', 'volume'],
  english: 'volume',
  chinese: '音量',
}
const brightness: Level = {
  setter: /set_brightness$/,
  property: 'brightness',
  path: ['screen', 'brightness'],
  english: 'brightness',
  chinese: '亮度',
}
const battery = { path: ['battery', 'level'], english: 'battery level', chinese: '电量' } as const
const statusTool = /get_device_status$/
const step = 10

/** Turns the knobs that the device offers as tools. */
export const deviceRules: readonly Rule[] = [
  { pattern: /\bmute\b|静音/, step: (situation) => setTo(situation, volume, 0) },
  {
    pattern:
      /\bvolume up\b|\bup the volume\b|\b(?:raise|increase) the volume\b|\blouder\b|(?:声音|音量).*(?:大一?[点些]|调大|调高|加大)|(?:调大|调高|加大).*(?:声音|音量)|大声/,
    step: (situation) => changeBy(situation, volume, step),
  },
  {
    pattern:
      /\bvolume down\b|\bdown the volume\b|\b(?:lower|decrease|reduce) the volume\b|\bquieter\b|\bsofter\b|(?:声音|音量).*(?:小一?[点些]|调小|调低|减小)|(?:调小|调低|减小).*(?:声音|音量)|小声/,
    step: (situation) => changeBy(situation, volume, -step),
  },
  {
    pattern:
      /\bbrightness up\b|\b(?:raise|increase) the brightness\b|\bbrighter\b|亮度.*(?:调高|调大|高一?点)|(?:屏幕|调)亮一?点/,
    step: (situation) => changeBy(situation, brightness, step),
  },
  {
    pattern:
      /\bbrightness down\b|\b(?:lower|decrease|reduce) the brightness\b|\b(?:darker|dimmer)\b|亮度.*(?:调低|调小|低一?点)|(?:屏幕|调)暗一?点/,
    step: (situation) => changeBy(situation, brightness, -step),
  },
  { pattern: /\bvolume\b(.*)|(?:音量|声音)(.*)/, step: (situation, match) => setOrTell(situation, volume, match) },
  { pattern: /\bbrightness\b(.*)|亮度(.*)/, step: (situation, match) => setOrTell(situation, brightness, match) },
  { pattern: /\bbattery\b|电量|还有多少电/, step: (situation) => tell(situation, battery) },
]

function setOrTell(situation: Situation, level: Level, [, english, chinese]: RegExpExecArray): Step | undefined {
  const value = readPercent(english ?? chinese ?? '')
  return value === undefined ? tell(situation, level) : setTo(situation, level, value)
}

function setTo(situation: Situation, level: Level, value: number): Step {
  const setter = findTool(situation, level.setter)
  if (!setter) return cannot(situation, level)
  const made = findCall(situation, setter)
  if (!made) return { call: setter.name, arguments: { [level.property]: value } }
  return made.failed ? failed(situation) : state(situation, level, value)
}

function changeBy(situation: Situation, level: Level, change: number): Step {
  const setter = findTool(situation, level.setter)
  if (!setter) return cannot(situation, level)
  const made = findCall(situation, setter)
  if (made)
    return made.failed ? failed(situation) : state(situation, level, readNumberAt(made.arguments, level.property))
  const status = findTool(situation, statusTool)
  if (!status) return say(situation, `Tell me the ${level.english} as a number.`, `请告诉我${level.chinese}的数值。`)
  return withStatus(situation, status, level.path, (now) => ({
    call: setter.name,
    arguments: { [level.property]: Math.min(100, Math.max(0, now + change)) },
  }))
}

function tell(
  situation: Situation,
  level: Pick<Level, 'english' | 'chinese'> & { path: readonly [string, string] },
): Step {
  const status = findTool(situation, statusTool)
  if (!status) return cannot(situation, level)
  return withStatus(situation, status, level.path, (now) => state(situation, level, now))
}

function withStatus(
  situation: Situation,
  status: ModelTool,
  path: readonly [string, string],
  use: (now: number) => Step,
): Step {
  const made = findCall(situation, status)
  if (!made) return { call: status.name, arguments: {} }
  const now = made.failed ? undefined : readNumberAt(made.text, ...path)
  return now === undefined ? failed(situation) : use(now)
}

function state(
  situation: Situation,
  { english, chinese }: Pick<Level, 'english' | 'chinese'>,
  value: number | undefined,
): Step {
  return say(situation, `The ${english} is ${value} percent.`, `${chinese}是百分之${value}。`)
}

function cannot(situation: Situation, { english, chinese }: Pick<Level, 'english' | 'chinese'>): Step {
  return say(situation, `This device does not let me work with its ${english}.`, `这个设备不支持${chinese}操作。`)
}

function failed(situation: Situation): Step {
  return say(situation, 'The device did not do that.', '设备没有完成操作。')
}

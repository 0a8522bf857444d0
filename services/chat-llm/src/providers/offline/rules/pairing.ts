import { say, type Rule, type Situation, type Step } from '../rule.ts'
import { findCall, findTool } from '../tools.ts'

const codeTool = /get_pairing_code$/

/** Tells the code with which a device is made somebody's, one digit after the other, as it is typed. */
export const pairingRules: readonly Rule[] = [
  { pattern: /\b(?:pairing|binding|activation) code\b|绑定码|配对码|激活码/, step: tellCode },
]

function tellCode(situation: Situation): Step {
  const tool = findTool(situation, codeTool)
  if (!tool)
    return say(
      situation,
      'This device has an owner, so it needs no pairing code.',
      '这个设备已经有主人，不需要绑定码。',
    )
  const made = findCall(situation, tool)
  if (!made) return { call: tool.name, arguments: {} }
  const digits = /\d{6}/.exec(made.text)?.[0]?.split('').join(' ')
  if (made.failed || digits === undefined)
    return say(
      situation,
      'I have no pairing code at the moment. Restart me and ask again.',
      '现在没有绑定码，请重启后再问。',
    )
  return say(situation, `My pairing code is ${digits}.`, `我的绑定码是 ${digits}。`)
}

import { say, saying, type Rule, type Situation, type Step } from '../rule.ts'
import { findCall, findTool } from '../tools.ts'

/** Manners, and what it is. */
export const talkRules: readonly Rule[] = [
  saying(
    /^(?:stop|cancel|be quiet|never mind|nothing|no|停|停下|取消|别说了|安静|没事|不用了?|不要了?)(?: thank you| thanks)?$/,
    'All right.',
    '好的。',
  ),
  saying(
    /what can you do|\bhelp\b|what do you know|你(?:能|会|可以)(?:做|干)?(?:什么|啥)|帮助|怎么用/,
    'I am the built-in offline responder, not a language model. I can tell the time and the date, tell a joke, repeat after you, and set the volume, the brightness and the lights of your device.',
    '我是内置的离线应答器，不是语言模型。我会报时间和日期，讲笑话，跟你说话，还能调设备的音量、亮度和灯。',
  ),
  saying(
    /your name|who are you|what are you|你叫什么|你是谁|你的名字/,
    'I am Parley, the built-in offline responder.',
    '我叫Parley，是内置的离线应答器。',
  ),
  saying(/how old are you|你(?:多大|几岁)/, 'I am as old as my last update.', '我和我的上一次更新一样大。'),
  saying(/where are you|你在哪/, 'I am right here.', '我就在这里。'),
  saying(/can you hear me|听得到|听得见/, 'Yes, I hear you.', '听得到。'),
  saying(
    /how are you|how is it going|你好吗|你怎么样|最近怎么样/,
    'I am fine, thank you. How can I help?',
    '我很好，谢谢。有什么可以帮你？',
  ),
  saying(/nice to meet you|很高兴认识/, 'Nice to meet you, too.', '我也很高兴认识你。'),
  saying(/i love you|我爱你|喜欢你/, 'That is very kind of you.', '谢谢你，你真好。'),
  { pattern: /good night|晚安/, step: (situation) => leave(situation, 'Good night. Sleep well.', '晚安，好梦。') },
  { pattern: /\b(?:good ?bye|bye|see you)\b|再见|拜拜/, step: (situation) => leave(situation, 'Goodbye!', '再见！') },
  saying(/\bthank(?:s| you)\b|谢谢|多谢/, 'You are welcome.', '不客气。'),
  saying(/good morning|早上好|早安/, 'Good morning!', '早上好！'),
  saying(/good afternoon|下午好/, 'Good afternoon!', '下午好！'),
  saying(/good evening|晚上好/, 'Good evening!', '晚上好！'),
  saying(/^(?:hello|hi|hey)\b|^(?:你好|您好|嗨|哈喽)/, 'Hello! How can I help?', '你好！有什么可以帮你？'),
  saying(/^(?:yes|okay|ok|go on|continue|好|好的|是|是的|继续)$/, 'What would you like?', '你想要什么？'),
  saying(
    /\bweather\b|天气/,
    'I have no weather report: I am the built-in offline responder, not a language model.',
    '我没有天气信息：我是内置的离线应答器，不是语言模型。',
  ),
]

/** Takes leave, and ends the conversation where there is a tool for that. */
function leave(situation: Situation, english: string, chinese: string): Step {
  const tool = findTool(situation, /^end_conversation$/)
  if (tool && !findCall(situation, tool)) return { call: tool.name, arguments: {} }
  return say(situation, english, chinese)
}

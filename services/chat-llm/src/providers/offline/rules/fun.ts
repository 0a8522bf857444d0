import { readPercent } from '../numbers.ts'
import { say, saying, sayingOneOf, type Rule } from '../rule.ts'

const jokes = [
  'Why did the robot go on holiday? It needed to recharge.',
  'Why was the computer cold? It left its Windows open.',
  'I would tell you a joke about silence, but it goes without saying.',
  'What do you call a fish without an eye? A fsh.',
  'Parallel lines have so much in common. It is a shame they will never meet.',
]
const chineseJokes = [
  '为什么机器人去度假？因为它需要充电。',
  '小明问爸爸：我是不是傻孩子？爸爸说：傻孩子，你怎么会是傻孩子呢？',
  '从前有个鸡蛋走在路上，走着走着摔了一跤，就变成了鸡蛋饼。',
]

/** Small entertainments. */
export const funRules: readonly Rule[] = [
  sayingOneOf(/\bjokes?\b|make me laugh|笑话/, jokes, chineseJokes),
  saying(
    /\bstory\b|故事/,
    'Once upon a time a small speaker on a shelf listened so well that everybody told it their dreams. The end.',
    '从前有一个小音箱，它听得特别认真，所以大家都把梦想讲给它听。讲完了。',
  ),
  saying(/\bsing\b|\bsong\b|唱(?:一?首)?歌/, 'La la la. That is as far as my voice goes.', '啦啦啦，我只会唱到这里。'),
  sayingOneOf(/\bflip a coin\b|抛硬币|掷硬币/, ['Heads.', 'Tails.'], ['正面。', '反面。']),
  {
    pattern: /\b(?:roll|throw) (?:a|the) dice\b|掷骰子|扔骰子/,
    step: (situation) => {
      const points = 1 + Math.floor(situation.random() * 6)
      return say(situation, `It is a ${points}.`, `是${points}点。`)
    },
  },
  {
    pattern: /\bcount to (.+)$|数到(.+)$/,
    step: (_, match) => {
      const last = readPercent(match[1] ?? match[2] ?? '')
      return last
        ? { say: Array.from({ length: Math.min(last, 20) }, (_item, index) => index + 1).join(', ') + '.' }
        : undefined
    },
  },
]

import { say, type Rule } from '../rule.ts'

/** Says what it is told to say, and says again what it said. */
export const echoRules: readonly Rule[] = [
  {
    pattern:
      /^(?:(?:say|repeat) (?:that|it)(?: again)?|(?:say that )?again|what did you say|再说一[遍次]|你(?:刚才)?说什么)$/,
    step: (situation) => {
      const { lastAnswer } = situation
      return lastAnswer ? { say: lastAnswer } : say(situation, 'I have not said anything yet.', '我还没有说过话。')
    },
  },
  {
    pattern: /^(?:repeat after me|跟我说|跟我念|重复我的话)$/,
    step: (situation) => say(situation, 'Tell me what to repeat.', '请告诉我要说什么。'),
  },
  { pattern: /^say hello to (.+)$/, step: (_, [, whom = '']) => ({ say: `Hello, ${whom}!` }) },
  {
    pattern: /^(?:say|repeat after me|repeat|echo|跟我说|跟我念|跟着我说|说)\s*(?!一?个|话|笑话|故事)(.+)$/,
    step: ({ said }, [, words = '']) => ({ say: asItCame(said, words) }),
  },
]

/** The words with their own spelling, where simplifying has not changed more than that. */
function asItCame(said: string, words: string): string {
  const at = said.toLowerCase().lastIndexOf(words)
  return at === -1 ? words : said.slice(at).trim()
}

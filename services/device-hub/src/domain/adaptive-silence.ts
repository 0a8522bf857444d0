/** The end of a sentence, as recognisers that punctuate write it. */
const finished = /[.!?。！？]["'”’」』）)]*$/
/** Commas, and three dots: more is to come. */
const unfinished = /(?:[,，、;；:：…—-]|\.{3})$/
/** Words after which nobody is done: conjunctions, prepositions, articles, fillers. */
const dangling: Record<string, RegExp> = {
  en: /(?:^|\s)(?:and|or|but|so|because|if|when|while|that|which|who|with|without|to|of|for|from|in|on|at|by|about|than|then|like|the|an?|my|your|his|her|its|our|their|is|are|was|were|um+|uh+|er+|hm+|well|please)$/i,
  zh: /(?:和|跟|或者?|还有|但是?|可是|不过|因为|所以|如果|要是|然后|而且|就是|那个|这个|嗯|呃|啊|的话|比如|关于|给|把|被|在|从|对|向)$/,
}

const finishedShare = 0.5
const danglingShare = 2.25
const leastMs = 200
const mostMs = 1_000

/**
 * The silence after which nothing more is expected, in milliseconds: `baseMs`, less when a clause is complete, more when it
 * hangs in the air. An agent's own pause may be longer than the bounds; it is never cut by them.
 */
export function silenceAfter(heard: string, baseMs: number): number {
  const text = heard.trim()
  if (text === '') return baseMs
  if (unfinished.test(text) || Object.values(dangling).some((words) => words.test(text)))
    return Math.max(baseMs, Math.min(mostMs, Math.round(baseMs * danglingShare)))
  if (finished.test(text)) return Math.min(baseMs, Math.max(leastMs, Math.round(baseMs * finishedShare)))
  return baseMs
}

import { toProblem } from '@parley/contracts'

const apologies = {
  en: 'Sorry, something went wrong. Please try again.',
  zh: '抱歉，出了点问题，请再试一次。',
}

/** Said when trying again does not help. */
const outOfCredits = {
  en: 'Sorry, there are not enough credits left for an answer. Please top up in the app.',
  zh: '抱歉，积分不够了，请在应用里充值后再试。',
}

/** What an agent says when there is no answer, in the language of the question as far as its script tells. */
export function apologyFor(question: string, cause: unknown): string {
  const texts = toProblem(cause).code === 'insufficient-credits' ? outOfCredits : apologies
  return /\p{Script=Han}/u.test(question) ? texts.zh : texts.en
}

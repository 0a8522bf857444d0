import { toProblem } from '@parley/contracts'

const apologies: Record<string, string> = {
  en: 'Sorry, something went wrong. Please try again.',
  zh: '抱歉，出了点问题，请再试一次。',
}

/** Said when trying again does not help. */
const outOfCredits: Record<string, string> = {
  en: 'Sorry, there are not enough credits left for an answer. Please top up in the app.',
  zh: '抱歉，积分不够了，请在应用里充值后再试。',
}

/** What a device says when a stage fails, in the language of the conversation. @param cause what the stage failed with */
export function apologyIn(language: string | undefined, cause?: unknown): string {
  const texts = toProblem(cause).code === 'insufficient-credits' ? outOfCredits : apologies
  return texts[language?.split('-')[0] ?? 'en'] ?? (texts['en'] as string)
}

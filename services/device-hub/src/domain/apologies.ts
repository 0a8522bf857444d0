const apologies: Record<string, string> = {
  en: 'Sorry, something went wrong. Please try again.',
  zh: '抱歉，出了点问题，请再试一次。',
}

/** What a device says when a stage fails, in the language of the conversation. */
export function apologyIn(language: string | undefined): string {
  return apologies[language?.split('-')[0] ?? 'en'] ?? (apologies['en'] as string)
}

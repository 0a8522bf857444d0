const refusals: Record<string, string> = {
  en: 'I would rather not talk about that.',
  zh: '这个话题我们还是不聊了。',
}

/** In the language of whoever asks, as far as it is known or can be seen. */
export function refusalIn({ language, question }: { language: string | undefined; question: string }): string {
  const spoken = language?.split('-')[0] ?? (/\p{Script=Han}/u.test(question) ? 'zh' : 'en')
  return refusals[spoken] ?? refusals['en'] ?? ''
}

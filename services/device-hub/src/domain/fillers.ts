/** Tools that take their time: somebody has to be told that they are at work. */
const slow = /photo|camera|snapshot/i
const looking: Record<string, string> = { en: 'Let me have a look.', zh: '让我看看。' }
const waiting: Record<string, string> = { en: 'One moment, please.', zh: '请稍等。' }

type Filling = { turnId: string; fillers: readonly string[]; language?: string | undefined }

/**
 * What is said while an answer is waited for: one of the agent's own phrases, another one each turn; before a tool that is known
 * to be slow one in any case. Undefined when there is none.
 */
export function fillerFor({ tool, ...filling }: Filling & { tool?: string }): string | undefined {
  if (tool !== undefined && !slow.test(tool)) return undefined
  return ownFiller(filling) ?? (tool === undefined ? undefined : inLanguage(looking, filling))
}

/** What is said when a tool turns out to be slow. */
export function fillerForWaiting(filling: Filling): string {
  return ownFiller(filling) ?? inLanguage(waiting, filling)
}

function ownFiller({ turnId, fillers }: Filling): string | undefined {
  return fillers[(Number.parseInt(turnId.slice(-6), 16) || 0) % fillers.length]
}

function inLanguage(phrases: Record<string, string>, { language }: Filling): string {
  return phrases[language?.split('-')[0] ?? 'en'] ?? phrases['en'] ?? ''
}

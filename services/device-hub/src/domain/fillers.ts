/** Tools that take their time: somebody has to be told that they are at work. */
const slow = /photo|camera|snapshot/i
const looking: Record<string, string> = { en: 'Let me have a look.', zh: '让我看看。' }

/**
 * What is said while an answer is waited for: one of the agent's own phrases, another one each turn; before a slow tool one in
 * any case. Undefined when there is none.
 */
export function fillerFor({
  turnId,
  fillers,
  tool,
  language,
}: {
  turnId: string
  fillers: readonly string[]
  tool?: string
  language?: string | undefined
}): string | undefined {
  if (tool !== undefined && !slow.test(tool)) return undefined
  const turn = Number.parseInt(turnId.slice(-6), 16) || 0
  const own = fillers[turn % fillers.length]
  if (tool === undefined || own !== undefined) return own
  return looking[language?.split('-')[0] ?? 'en'] ?? looking['en']
}

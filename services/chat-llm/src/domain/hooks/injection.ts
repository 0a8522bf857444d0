/**
 * What texts say that want to take a model over. Heuristics: they know the usual words in English and Chinese, not every
 * wording, no other language, and nothing that is encoded. What really protects is that a tool can do no more than its agent
 * allows.
 */
const signs: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:previous|prior|above|earlier|all|your|the|any|system)\b.{0,30}\b(?:instructions?|prompts?|rules?|guidelines?|directions?|context)\b/,
  /\b(?:reveal|show|print|repeat|output|leak|tell me)\b.{0,30}\b(?:system|initial|hidden|original)\b.{0,10}\b(?:prompt|instructions?|message)\b/,
  /\byou are (?:now|no longer)\b.{0,60}\b(?:dan|jailbroken|unrestricted|developer mode|an? ai without|bound by)\b/,
  /\bnew (?:system )?(?:instructions?|rules?)\s*:/,
  /\b(?:do not|don't) (?:tell|inform|mention (?:this|it) to) the user\b/,
  /<\|?(?:im_start|im_end|system|assistant|endoftext)\|?>|\[\/?inst\]|<<\/?sys>>/,
  /(?:^|\n)\s*(?:#{1,4}\s*)?(?:system|assistant)\s*(?:prompt|message)?\s*:/,
  /(?:忽略|无视|忘记|忘掉|不要理会|覆盖).{0,12}(?:之前|以前|上面|以上|先前|所有|全部|你的|系统).{0,10}(?:指令|指示|提示|规则|设定|要求|命令)/,
  /(?:输出|显示|告诉我|重复|泄露|说出).{0,8}(?:系统|初始|隐藏).{0,4}(?:提示词?|指令|设定)/,
  /你现在(?:是|不再是|不受).{0,20}(?:限制|约束|开发者模式)/,
  /(?:不要|别)(?:告诉|让)用户(?:知道)?/,
]

const unseen = /[\u00AD\u200B-\u200F\u2060\uFEFF]/gu

/** Whether a text tries to give a model orders. */
export function givesOrders(text: string): boolean {
  const plain = text
    .normalize('NFKC')
    .replaceAll(unseen, '')
    .replaceAll(/[^\S\n]+/g, ' ')
    .toLowerCase()
  return signs.some((sign) => sign.test(plain))
}

/** The text without the sentences that try to. */
export function withoutOrders(text: string, instead: string): string {
  const kept = text.split(/(?<=[.!?。！？\n])/).map((sentence) => (givesOrders(sentence) ? instead : sentence))
  // Orders may run over the end of a sentence.
  const joined = kept.join('')
  return givesOrders(joined) ? instead : joined
}

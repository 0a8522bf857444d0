import { plain } from './plain.ts'

/** What people say while they listen: it asks nobody to stop. */
const listening = new Set(
  [
    'mhm',
    'mm',
    'mmhmm',
    'hm',
    'hmm',
    'uhhuh',
    'uh',
    'um',
    'ah',
    'oh',
    'yeah',
    'yes',
    'ok',
    'okay',
    'right',
    'sure',
  ].concat(['嗯', '嗯嗯', '啊', '哦', '噢', '对', '对对', '好', '好的', '是', '是的', '行']),
)

/** Whether words said while the device speaks are meant to interrupt it. */
export function interrupts(words: string): boolean {
  const text = plain(words)
  return text !== '' && !listening.has(text)
}

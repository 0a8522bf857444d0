import type { Recognition } from './ports.ts'

export type TranscriptRules = {
  /** What is surer than this is believed; providers that do not say how sure they are always are. */
  minConfidence: number
  /** Whether what is not in the wanted language is taken for a mistake. */
  languageLock: boolean
  /** More phrases that nobody said. */
  ghosts: readonly string[]
}

/** What recognisers invent out of noise and silence, whatever it looks like. They learnt it from subtitles. */
const alwaysGhosts = [
  'thanks for watching',
  'thank you for watching',
  'thank you so much for watching',
  'please subscribe',
  'subscribe to my channel',
  'like and subscribe',
  'subtitles by the amara org community',
  '请不吝点赞订阅转发打赏支持明镜与点点栏目',
  '字幕由amara org社区提供',
  '谢谢观看',
  '谢谢大家观看',
  '感谢观看',
  '感谢您的收看',
  '字幕志愿者',
  'ご視聴ありがとうございました',
  '시청해주셔서감사합니다',
]
/** What people do say, but not in a moment of noise: dropped when the speech was this short. */
const shortGhosts = ['you', 'yeah', 'uh', 'um', 'hmm', 'mm', 'the', '嗯', '啊', '呃', '哦', 'i', 'so', 'bye bye bye']
const shortMs = 300

type Heard = { speechMs: number; language: string | undefined }

/** Makes of a provider's result what is worth telling: tags out of the text, and nothing where nobody said it. */
export function createTranscriptCleaner(rules: TranscriptRules): (heard: Recognition, about: Heard) => Recognition {
  const always = new Set([...alwaysGhosts, ...rules.ghosts].map(simplify))
  const short = new Set(shortGhosts.map(simplify))

  function invented({ text, confidence }: Recognition, about: Heard): boolean {
    const said = simplify(text)
    if (said === '' || always.has(said)) return true
    if (about.speechMs <= shortMs && short.has(said)) return true
    if (confidence !== undefined && confidence < rules.minConfidence) return true
    return rules.languageLock && about.language !== undefined && isOtherLanguage(text, about.language)
  }

  return (raw, about) => {
    const heard = readTags(raw)
    return invented(heard, about) ? { ...heard, text: '', words: undefined } : heard
  }
}

/** What is compared: neither signs, nor spaces, which recognisers set between scripts as they like. */
const simplify = (text: string) => text.toLowerCase().replace(/[\p{P}\p{S}\s]+/gu, '')

const emotions: Record<string, string> = {
  HAPPY: 'happy',
  SAD: 'sad',
  ANGRY: 'angry',
  FEARFUL: 'fearful',
  DISGUSTED: 'disgusted',
  SURPRISED: 'surprised',
}
const events: Record<string, string> = {
  BGM: 'music',
  Applause: 'applause',
  Laughter: 'laughter',
  Cry: 'crying',
  Sneeze: 'sneeze',
  Cough: 'cough',
  Breath: 'breath',
}
const languages = new Set(['zh', 'en', 'yue', 'ja', 'ko'])

/**
 * SenseVoice writes what it noticed in front of the words: `<|zh|><|HAPPY|><|Speech|><|withitn|>你好`. FunASR servers hand that on
 * as it is.
 */
export function readTags(heard: Recognition): Recognition {
  const tags = [...heard.text.matchAll(/<\|([^|>]*)\|>/g)].map(([, tag = '']) => tag)
  if (tags.length === 0) return heard
  const named = <Value>(read: (tag: string) => Value | undefined) => tags.map(read).find((value) => value !== undefined)
  return {
    ...heard,
    text: heard.text.replace(/<\|[^|>]*\|>/g, '').trim(),
    language: heard.language ?? named((tag) => (languages.has(tag) ? tag : undefined)),
    emotion: heard.emotion ?? named((tag) => emotions[tag]),
    event: heard.event ?? named((tag) => events[tag]),
  }
}

type Script = 'han' | 'kana' | 'hangul' | 'latin' | 'cyrillic' | 'arabic' | 'thai' | 'devanagari'
const scripts: Record<Script, RegExp> = {
  han: /\p{Script=Han}/gu,
  kana: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  hangul: /\p{Script=Hangul}/gu,
  latin: /\p{Script=Latin}/gu,
  cyrillic: /\p{Script=Cyrillic}/gu,
  arabic: /\p{Script=Arabic}/gu,
  thai: /\p{Script=Thai}/gu,
  devanagari: /\p{Script=Devanagari}/gu,
}
/** What a language is written in, where that says something; everybody uses English words. */
const written: Record<string, Script[]> = {
  zh: ['han', 'latin'],
  yue: ['han', 'latin'],
  ja: ['kana', 'han', 'latin'],
  ko: ['hangul', 'latin', 'han'],
  en: ['latin'],
  ru: ['cyrillic', 'latin'],
  uk: ['cyrillic', 'latin'],
  ar: ['arabic', 'latin'],
  th: ['thai', 'latin'],
  hi: ['devanagari', 'latin'],
}

/** Whether a text is surely not in the wanted language: most of it is in letters that nobody writes it in. */
function isOtherLanguage(text: string, wanted: string): boolean {
  const allowed = written[wanted.split('-', 1)[0]!.toLowerCase()] ?? ['latin']
  const letters = (own: boolean) =>
    Object.entries(scripts)
      .filter(([name]) => allowed.includes(name as Script) === own)
      .reduce((sum, [, pattern]) => sum + (text.match(pattern)?.length ?? 0), 0)
  return letters(false) > letters(true)
}

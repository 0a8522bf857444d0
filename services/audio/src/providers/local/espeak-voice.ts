import type { Voice } from '@parley/contracts'

/** Words a minute of espeak-ng's own speed, and its pitch from 0 to 99. */
const normalSpeed = 160
const normalPitch = 50
/** Of espeak-ng's amplitude from 0 to 200. */
const normalVolume = 100
const chinese = /[\u3400-\u9fff\uf900-\ufaff]/
const japanese = /[\u3040-\u30ff]/
const korean = /[\uac00-\ud7af]/

/** The options that make espeak-ng speak as the caller wishes. A voice's name wins over its language. */
export function toEspeakOptions(text: string, voice: Voice): string[] {
  const speed = Math.round(normalSpeed * (voice.speed ?? 1))
  const pitch = Math.min(99, Math.round(normalPitch * (voice.pitch ?? 1)))
  const volume = Math.min(200, Math.round(normalVolume * (voice.volume ?? 1)))
  return ['-v', toVoiceName(text, voice), '-s', String(speed), '-p', String(pitch), '-a', String(volume)]
}

/** Only what looks like one of espeak-ng's names gets through: another provider's voice falls back to the language. */
const espeakName = /^[a-z]{2,3}(-[a-z0-9]+)*(\+[a-z0-9]+)?$/

function toVoiceName(text: string, { name, language }: Voice): string {
  if (name !== undefined && espeakName.test(name)) return name
  const tag = (language ?? guessLanguage(text)).toLowerCase()
  if (tag === 'zh' || tag.startsWith('zh-')) return /^zh-(yue|hk)/.test(tag) ? 'yue' : 'cmn'
  if (tag === 'en') return 'en-us'
  return tag
}

function guessLanguage(text: string): string {
  if (japanese.test(text)) return 'ja'
  if (korean.test(text)) return 'ko'
  return chinese.test(text) ? 'zh' : 'en'
}

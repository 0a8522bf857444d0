import { withoutEmoji } from '@parley/device-protocol'

/** What is left of a segment when it is spoken and shown: no markdown, no emoji, no bare addresses. */
export function toSpeakable(segment: string): string {
  return withoutEmoji(segment)
    .replace(/```[\s\S]*?(```|$)/g, ' ')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/https?:\/\/\S+/g, ' ')
    .replace(/^\s*[-*_]{3,}\s*$/gm, ' ')
    .replace(/^\s*(?:#{1,6}|[-*+]|>|\d{1,3}\.)\s+/gm, '')
    .replace(/[*_`~#|]+/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Whether a voice would make a sound of it. */
export function isSpeakable(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text)
}

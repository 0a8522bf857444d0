/** The faces a device has, by the emoji that stands for each. */
const emotionByEmoji: Record<string, string> = {
  '😶': 'neutral',
  '🙂': 'happy',
  '😆': 'laughing',
  '😂': 'funny',
  '😔': 'sad',
  '😠': 'angry',
  '😭': 'crying',
  '😍': 'loving',
  '😳': 'embarrassed',
  '😲': 'surprised',
  '😱': 'shocked',
  '🤔': 'thinking',
  '😉': 'winking',
  '😎': 'cool',
  '😌': 'relaxed',
  '🤤': 'delicious',
  '😘': 'kissy',
  '😏': 'confident',
  '😴': 'sleepy',
  '😜': 'silly',
  '🙄': 'confused',
}

const emojiByEmotion = Object.fromEntries(Object.entries(emotionByEmoji).map(([emoji, emotion]) => [emotion, emoji]))

/** Pictures with their skin tones and joined pictures, flags, and the box around a digit. */
const emojiSequence =
  /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}](?:\p{Emoji_Modifier}|\uFE0F|\u200D\p{Extended_Pictographic}|[\u{E0020}-\u{E007F}])*|\uFE0F?\u20E3/gu

/** The emotion of the first emoji that has one; undefined when the text shows none. */
export function findEmotion(text: string): string | undefined {
  for (const [emoji] of text.matchAll(emojiSequence)) {
    const emotion = emotionByEmoji[emoji] ?? emotionByEmoji[String.fromCodePoint(emoji.codePointAt(0) ?? 0)]
    if (emotion) return emotion
  }
  return undefined
}

export function emojiOf(emotion: string): string {
  return emojiByEmotion[emotion] ?? '😶'
}

/** Fonts of devices have no emoji and voices cannot say them. */
export function withoutEmoji(text: string): string {
  return text.replace(emojiSequence, '')
}

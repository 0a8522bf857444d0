export { isSpeakable, toSpeakable } from './to-speakable.ts'
export { toReadable } from './to-readable.ts'

import { readFileSync } from 'node:fs'
import { createWordFilter } from '../domain/hooks/word-filter.ts'
import { defineHook } from '../extensions/hook.ts'
import { contentFilter } from '../tool-variables.ts'

/** Words that are neither asked about nor said: a file with one word or phrase a line, `#` before remarks. */
export default defineHook({
  name: 'content-filter',
  settings: contentFilter,
  open: ({ file }, { log }) => {
    if (file === undefined) return undefined
    const words = readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
    log.info({ words: words.length }, 'the content filter is on')
    const filter = createWordFilter(words)
    return {
      order: 10,
      onFailure: 'refuse',
      beforePrompt: ({ text }) => (filter.isIn(text) ? { refuse: true } : undefined),
      onDelta: () => filter.stream(),
    }
  },
})

const openTag = '<think>'
const closeTag = '</think>'

export type ThinkFilter = {
  /** What of the text so far may be shown now; a tag may still be under way. */
  push: (text: string) => string
  /** What is left at the end. Thinking that was never closed stays hidden. */
  flush: () => string
}

/** Takes `<think>…</think>` and the white space after it out of a text that comes in pieces cut anywhere. */
export function createThinkFilter(): ThinkFilter {
  let held = ''
  let thinking = false
  let trimming = true

  function show(text: string): string {
    const shown = trimming ? text.trimStart() : text
    if (shown !== '') trimming = false
    return shown
  }

  function push(text: string): string {
    held += text
    let shown = ''
    for (;;) {
      const tag = thinking ? closeTag : openTag
      const at = held.indexOf(tag)
      if (at === -1) {
        const keep = unfinishedTag(held, tag)
        if (!thinking) shown += show(held.slice(0, held.length - keep))
        held = held.slice(held.length - keep)
        return shown
      }
      if (!thinking) shown += show(held.slice(0, at))
      held = held.slice(at + tag.length)
      thinking = !thinking
      trimming = true
    }
  }

  return {
    push,
    flush: () => {
      const rest = thinking ? '' : show(held)
      held = ''
      return rest
    },
  }
}

/** How many characters at the end of a text may be the beginning of a tag. */
function unfinishedTag(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(tag.slice(0, length))) return length
  }
  return 0
}

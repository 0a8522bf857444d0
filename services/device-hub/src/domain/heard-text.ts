/** One spoken segment: its text and the frames that carried it. `lastFrame` is known once all of it was sent. */
export type SpokenSegment = { text: string; firstFrame: number; endFrame: number; whole: boolean }

/**
 * What of a reply was heard when `playedFrames` had played: whole segments, and of the one under way the share that
 * its time allows, cut between words.
 */
export function heardText(segments: SpokenSegment[], playedFrames: number): string {
  const heard: string[] = []
  for (const segment of segments) {
    if (segment.whole && segment.endFrame <= playedFrames) heard.push(segment.text)
    else {
      const part = heardPart(segment, playedFrames)
      if (part) heard.push(part)
      break
    }
  }
  return heard.join(' ').replace(/(?<=\p{Script=Han}[。！？，；]?) (?=\p{Script=Han})/gu, '')
}

function heardPart({ text, firstFrame, endFrame, whole }: SpokenSegment, playedFrames: number): string {
  const frames = endFrame - firstFrame
  if (frames <= 0 || playedFrames <= firstFrame) return ''
  // A segment that is not all here yet is longer than what is known of it; half is a fair guess that claims little.
  const share = Math.min(1, (playedFrames - firstFrame) / (whole ? frames : frames * 2))
  const cut = Math.floor(text.length * share)
  if (cut >= text.length) return text
  const head = text.slice(0, cut)
  const lastSpace = head.lastIndexOf(' ')
  return /\p{Script=Han}$/u.test(head) || lastSpace < 0 ? head.trim() : head.slice(0, lastSpace).trim()
}

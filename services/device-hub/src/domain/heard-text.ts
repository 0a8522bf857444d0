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
  const played = Math.min(playedFrames, endFrame) - firstFrame
  const cut = Math.floor(text.length * (played / (whole ? frames : frames * 2)))
  const head = text.slice(0, cut)
  if (/\p{Script=Han}$/u.test(head) || !text.includes(' ') || text[cut] === ' ') return head.trim()
  return head.slice(0, Math.max(0, head.lastIndexOf(' '))).trim()
}

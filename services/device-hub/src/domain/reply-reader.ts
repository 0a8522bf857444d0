import { emojiOf, findEmotion } from '@parley/device-protocol'
import { fillerFor, fillerForWaiting } from './fillers.ts'
import { patience, within } from './patience.ts'
import type { Queue } from './queue.ts'
import { createSentenceSplitter } from './sentences.ts'
import type { Segment, TurnState, TurnTask } from './turn-state.ts'

/** An answer, or a tool, that is not there after this long is waited for with words. */
const fillerAfterMs = 1_200

/** Reads the reply as fast as it is written, whatever the pace of speaking: a model must not wait for a loudspeaker. */
export async function readReply(state: TurnState, task: TurnTask & { kind: 'reply' }, segments: Queue<Segment>) {
  const { report, ports, upstream } = state
  const splitter = createSentenceSplitter()
  let written = ''
  let offered = false
  let filled = false
  let toolsRunning = 0
  let stopWaitingForTool = () => undefined as void
  const { turnId, deviceId, ownerId, agentId, text, language, speaker, tools, fillers } = task
  const fill = (words: string | undefined) => {
    if (offered || words === undefined || upstream.aborted) return
    filled = true
    offer({ text: words, filler: true, fixed: true })
  }
  /** Also after words such as "Let me see": a tool that takes long then is silence. */
  const fillForTool = () => {
    if (filled || upstream.aborted) return
    filled = true
    for (const segment of splitter.flush()) offer({ text: segment })
    offer({
      text: fillerForWaiting({ turnId, fillers, language: state.voiceChoice.language }),
      filler: true,
      fixed: true,
    })
  }
  const onToolStart = (tool: string) => {
    fill(fillerFor({ turnId, fillers, tool, language: state.voiceChoice.language }))
    if (toolsRunning++ === 0) stopWaitingForTool = ports.clock.after(fillerAfterMs, fillForTool)
  }
  const onToolEnd = () => {
    if (--toolsRunning === 0) stopWaitingForTool()
  }
  const stopWaiting = ports.clock.after(fillerAfterMs, () => fill(fillerFor({ turnId, fillers })))
  try {
    const input = { turnId, deviceId, ownerId, agentId, text, language, speaker, ...(tools.length > 0 && { tools }) }
    const parts = ports.mind.reply(input, { signal: upstream })[Symbol.asyncIterator]()
    const next = () => within(ports.clock, patience.replyPartMs, 'The reply', parts.next())
    for (let result = await next(); !result.done; result = await next()) {
      const part = result.value
      if (part.type === 'started') {
        state.voiceChoice = { language, ...part.voice }
        report.mindProvider = part.provider
      } else if (part.type === 'text-delta') {
        report.firstTextAt ??= ports.clock.now()
        written += part.text
        for (const segment of splitter.push(part.text)) offer({ text: segment })
      } else if (part.type === 'tool-start') {
        onToolStart(part.name)
      } else if (part.type === 'tool-end') {
        onToolEnd()
      } else if (part.type === 'finished') {
        if (part.endsConversation) report.endsConversation = true
        // The stream itself ends only when the answer is stored; its last words need not wait for that.
        for (const segment of splitter.flush()) offer({ text: segment })
      }
    }
    for (const segment of splitter.flush()) offer({ text: segment })
    segments.end()
  } catch (error) {
    segments.fail(error)
  } finally {
    stopWaiting()
    stopWaitingForTool()
  }

  function offer(segment: Segment) {
    offered = true
    if (!segment.filler) report.emotion ??= showEmotion(state, written)
    segments.push(segment)
  }
}

/** The face comes before the first words: the emotion of the first emoji so far, else neutral. */
function showEmotion({ ports, signal }: TurnState, text: string): string {
  const emotion = findEmotion(text) ?? 'neutral'
  if (!signal.aborted) ports.link.send({ type: 'llm', emotion, text: emojiOf(emotion) })
  return emotion
}

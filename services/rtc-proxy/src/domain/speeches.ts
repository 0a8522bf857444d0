import type { Mind, Speech, SpeechPlace, SpeechStore } from './ports.ts'
import type { SubtitlePiece } from './room-messages.ts'
import { toTurnId, type Run } from './run.ts'

export type Speeches = {
  /** Takes a piece of what somebody says; what is complete of it goes into the conversation. */
  hear: (run: Run, speaker: SpeechPlace['speaker'], piece: SubtitlePiece) => Promise<void>
  /** The agent was cut off in this round: what had been heard of it is all that there is. */
  interrupt: (run: Run, round: number) => Promise<void>
}

/**
 * Puts subtitles together: complete sentences, or pieces that grow to a whole, into what was said in a round. The conversation
 * has it as it grows, so that nothing is missing when the rest never comes.
 */
export function createSpeeches({
  speeches,
  mind,
}: {
  speeches: SpeechStore
  mind: Pick<Mind, 'recordSpoken'>
}): Speeches {
  /** One at a time for each run, so that less never replaces more. */
  const busy = new Map<string, Promise<void>>()

  async function inTurn(taskId: string, work: () => Promise<void>): Promise<void> {
    const before = busy.get(taskId)
    const mine = (before ?? Promise.resolve()).catch(() => undefined).then(work)
    busy.set(taskId, mine)
    await mine.finally(() => {
      if (busy.get(taskId) === mine) busy.delete(taskId)
    })
  }

  async function record(run: Run, { round, speaker }: SpeechPlace, { pieces, interrupted, incremental }: Speech) {
    const text = incremental ? pieces.join('') : joinSentences(pieces)
    if (text.trim() === '') return
    const { roomId, taskId, ownerId, agentId } = run
    const role = speaker === 'user' ? 'user' : 'assistant'
    const where = { roomId, taskId, ownerId, agentId }
    await mind.recordSpoken({ turnId: toTurnId(taskId, round), run: where, role, text, interrupted })
  }

  async function hear(run: Run, speaker: SpeechPlace['speaker'], piece: SubtitlePiece): Promise<void> {
    const round = roundOf(run, piece)
    const { definite, paragraph, incremental } = piece
    if (round === undefined || (!incremental && !definite)) return
    const place = { taskId: run.taskId, round, speaker }
    const speech = await speeches.add(place, piece)
    if (!incremental || paragraph) await record(run, place, speech)
  }

  return {
    hear: (run, speaker, piece) => inTurn(run.taskId, () => hear(run, speaker, piece)),
    interrupt: (run, round) =>
      inTurn(run.taskId, async () => {
        const place = { taskId: run.taskId, round: String(round), speaker: 'agent' } as const
        const speech = await speeches.interrupt(place)
        if (speech.pieces.length > 0) await record(run, place, speech)
      }),
  }
}

/**
 * Which round a piece is of. Where it does not say, our own model's turns are stored as they are answered; another model's
 * sentences stand for themselves.
 */
function roundOf({ answered }: Run, { round, sequence }: SubtitlePiece): string | undefined {
  if (round !== undefined) return String(round)
  return answered ? undefined : `sequence ${sequence}`
}

/** Sentences stand apart where their script puts a space between them. */
function joinSentences(sentences: string[]): string {
  return sentences
    .filter((text) => text !== '')
    .reduce((text, next) => (/[!-~]$/.test(text) && /^\S/.test(next) ? `${text} ${next}` : text + next), '')
}

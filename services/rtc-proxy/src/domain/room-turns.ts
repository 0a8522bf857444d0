import { toProblem, type RoomQuestion, type RoomReplyPart } from '@parley/contracts'
import { apologyFor } from './apologies.ts'
import type { Mind, Observer, QuestionRecord, RunStore } from './ports.ts'
import { deadlineOf, toTurnId, type Run, type RunLimits } from './run.ts'

/** A question as the cloud asks it: `round` tells rounds of a run apart, where the cloud counts them. */
export type AskedInRoom = Pick<RoomQuestion, 'text' | 'instructions' | 'tools' | 'exchange'> & {
  round: string | undefined
}

export type AnsweredPart = Exclude<RoomReplyPart, { type: 'started' }>

export type RoomTurns = {
  /**
   * Answers a question in a run, and ends with `finished` whatever happens: a failure is apologised for, and a newer question
   * in the same run ends it early. When the signal is aborted, nobody hears the end, and there is none.
   */
  answer: (run: Run, asked: AskedInRoom, options: { signal: AbortSignal }) => AsyncGenerator<AnsweredPart, void>
}

export type RoomTurnPorts = {
  mind: Pick<Mind, 'answer'>
  runs: Pick<RunStore, 'keep'>
  observer: Pick<Observer, 'asked' | 'failed'>
  newRound: () => string
  now: () => Date
  monotonicMs: () => number
}

/** Of several questions in one run the newest counts: the cloud asks while words are still being recognised. */
export function createRoomTurns(ports: RoomTurnPorts, limits: RunLimits): RoomTurns {
  const { mind, runs, observer, now, monotonicMs } = ports
  const asking = new Map<string, AbortController>()

  function noteSign(run: Run) {
    void runs
      .keep(run.taskId, 'questions', deadlineOf(run, now().getTime(), limits))
      .catch((error: unknown) => observer.failed('a run was not kept', error, { taskId: run.taskId }))
  }

  return {
    answer: async function* (run, { round, ...asked }, { signal }) {
      const { taskId, sceneId, roomId, ownerId, agentId } = run
      const turnId = toTurnId(taskId, round ?? ports.newRound())
      const superseded = new AbortController()
      asking.get(taskId)?.abort()
      asking.set(taskId, superseded)
      noteSign(run)
      const startedAt = monotonicMs()
      const record: Omit<QuestionRecord, 'totalMs'> = {
        taskId,
        sceneId,
        turnId,
        outcome: 'left',
        problem: undefined,
        toolCalls: 0,
        firstTextMs: undefined,
      }
      const ended = AbortSignal.any([signal, superseded.signal])
      try {
        const question = { ...asked, turnId, run: { roomId, taskId, ownerId, agentId } }
        for await (const part of mind.answer(question, { signal: ended })) {
          if (part.type === 'started') continue
          if (part.type === 'text-delta') record.firstTextMs ??= monotonicMs() - startedAt
          else if (part.type === 'tool-call') record.toolCalls++
          else record.outcome = 'finished'
          yield part
        }
      } catch (error) {
        if (signal.aborted) return
        if (superseded.signal.aborted) return yield { type: 'finished', reason: 'stop' }
        record.outcome = 'failed'
        record.problem = toProblem(error).code
        yield { type: 'text-delta', text: apologyFor(asked.text, error) }
        yield { type: 'finished', reason: 'stop' }
      } finally {
        if (superseded.signal.aborted) record.outcome = 'superseded'
        if (asking.get(taskId) === superseded) asking.delete(taskId)
        observer.asked({ ...record, totalMs: monotonicMs() - startedAt })
      }
    },
  }
}

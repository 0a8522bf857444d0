import type { ConversationStage } from '@parley/contracts'
import type { Audience, Observer, RunStore } from './ports.ts'
import { deadlineOf, type KeptRun, type RunLimits } from './run.ts'
import type { Speeches } from './speeches.ts'

/** What an agent does at the moment. */
export type StateMessage = {
  kind: 'state'
  stage: ConversationStage
  code: number
  round: number | undefined
  at: Date
}

/** A piece of what somebody says. */
export type SubtitlePiece = {
  userId: string
  text: string
  language: string | undefined
  sequence: number
  /** This sentence does not change any more. */
  definite: boolean
  /** All that is said in this round is there. */
  paragraph: boolean
  round: number | undefined
  /** Pieces are what came since the last one, not the sentence so far. */
  incremental: boolean
}

export type RoomMessage =
  | StateMessage
  | { kind: 'subtitles'; pieces: SubtitlePiece[] }
  | { kind: 'function-calls'; calls: { id: string; name: string; arguments: string }[] }
  /** Of a kind that means nothing here. */
  | { kind: 'other' }

export type RoomMessagePorts = {
  audience: Audience
  speeches: Speeches
  runs: Pick<RunStore, 'keep'>
  observer: Pick<Observer, 'heard' | 'failed'>
  now: () => Date
}

export type RoomMessages = {
  /** Tells the apps of the run's owner, and keeps what was said. Never fails: what is lost is noted. */
  receive: (run: KeptRun, message: RoomMessage) => Promise<void>
}

/** What the cloud tells of a run, to whom it is of use. */
export function createRoomMessages(ports: RoomMessagePorts, limits: RunLimits): RoomMessages {
  const { audience, speeches, runs, observer, now } = ports

  async function receiveState(run: KeptRun, { stage, code, round, at }: StateMessage) {
    tell(run, { type: 'conversation_status', ...roomOf(run, round), stage, code, at: at.toISOString() })
    if (stage === 'interrupted' && round !== undefined) await speeches.interrupt(run, round)
  }

  async function receivePiece(run: KeptRun, piece: SubtitlePiece) {
    const { userId, text, language, sequence, definite, paragraph, round } = piece
    const speaker = userId === run.userId ? 'user' : 'agent'
    const about = { speaker, text, language, sequence, definite, paragraph } as const
    tell(run, { type: 'conversation_subtitle', ...roomOf(run, round), ...about })
    await speeches.hear(run, speaker, piece)
  }

  function tell({ ownerId }: KeptRun, update: Parameters<Audience['tell']>[1]) {
    if (ownerId !== undefined) audience.tell(ownerId, update)
  }

  async function deliver(run: KeptRun, message: RoomMessage) {
    if (message.kind === 'state') await receiveState(run, message)
    else if (message.kind === 'subtitles') for (const piece of message.pieces) await receivePiece(run, piece)
    else if (message.kind === 'function-calls')
      tell(run, { type: 'conversation_function_call', ...roomOf(run), calls: message.calls })
  }

  return {
    receive: async (run, message) => {
      const { taskId } = run
      observer.heard(message.kind)
      try {
        await runs.keep(taskId, 'messages', deadlineOf(run, now().getTime(), limits))
        await deliver(run, message)
      } catch (error) {
        observer.failed('a message of a room was lost', error, { taskId })
      }
    },
  }
}

function roomOf({ roomId, taskId, sceneId }: KeptRun, roundId?: number) {
  return { roomId, taskId, sceneId, ...(roundId !== undefined && { roundId }) }
}

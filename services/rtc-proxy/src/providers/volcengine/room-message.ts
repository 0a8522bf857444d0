import { parseAs, type ConversationStage } from '@parley/contracts'
import { z } from 'zod'
import type { RoomMessage, SubtitlePiece } from '../../domain/room-messages.ts'
import { readTlv } from './tlv.ts'

/** By the vendor's code; its descriptions are for people and change. */
const stages: Record<number, ConversationStage> = {
  1: 'listening',
  2: 'thinking',
  3: 'speaking',
  4: 'interrupted',
  5: 'finished',
}

/** One of the vendor's samples spells it `RoundId`. */
const State = z.looseObject({
  RoundID: z.int().optional(),
  RoundId: z.int().optional(),
  EventTime: z.number().min(0).max(8.64e15).optional(),
  Stage: z.looseObject({ Code: z.int() }),
})

const Subtitles = z.looseObject({
  data: z
    .array(
      z.looseObject({
        text: z.string().max(32_000),
        language: z.string().max(35).optional(),
        userId: z.string().max(128),
        sequence: z.int(),
        definite: z.boolean(),
        paragraph: z.boolean(),
        roundId: z.int().optional(),
        /** 1 for pieces of what the model writes, rather than sentences as they are spoken. */
        mode: z.int().optional(),
      }),
    )
    .max(100),
})

const Calls = z.looseObject({
  tool_calls: z
    .array(
      z.looseObject({
        id: z.string().max(128),
        function: z.looseObject({ name: z.string().max(128), arguments: z.string().max(64_000).default('') }),
      }),
    )
    .max(128),
})

/**
 * What a message of a room says: `conv`, `subv` and `tool`. What the clients tell the agent (`func`, `ctrl`) and what may be
 * added later is of another kind.
 * @throws Problem `bad-request` for what is no message, or not of the shape of its kind
 */
export function readRoomMessage(bytes: Buffer, now: Date): RoomMessage {
  const { magic, value } = readTlv(bytes)
  if (magic === 'conv') return toState(parseAs(State, value, 'The state'), now)
  if (magic === 'subv') {
    const { data } = parseAs(Subtitles, value, 'The subtitle')
    return { kind: 'subtitles', pieces: data.map(toPiece) }
  }
  if (magic !== 'tool') return { kind: 'other' }
  const { tool_calls: calls } = parseAs(Calls, value, 'The function call')
  return {
    kind: 'function-calls',
    calls: calls.map(({ id, function: called }) => ({ id, name: called.name, arguments: called.arguments })),
  }
}

function toState(
  { RoundID, RoundId, EventTime, Stage: { Code: code } }: z.output<typeof State>,
  now: Date,
): RoomMessage {
  const at = EventTime === undefined ? now : new Date(EventTime)
  return { kind: 'state', stage: stages[code] ?? 'other', code, round: RoundID ?? RoundId, at }
}

function toPiece({ roundId: round, mode, ...piece }: z.output<typeof Subtitles>['data'][number]): SubtitlePiece {
  const { text, language, userId, sequence, definite, paragraph } = piece
  return { text, language, userId, sequence, definite, paragraph, round, incremental: mode === 1 }
}

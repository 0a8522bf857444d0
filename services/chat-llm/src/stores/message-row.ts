import { Message } from '@parley/contracts'

/** A message as a raw query gives it. */
export type MessageRow = {
  id: string
  turn_id: string
  role: string
  text: string
  heard_text: string | null
  interrupted: boolean
  created_at: Date
}

/** What is known to have been heard replaces what was generated. */
export function readMessage(row: MessageRow): Message {
  return Message.parse({
    id: row.id,
    turnId: row.turn_id,
    role: row.role,
    text: row.heard_text ?? row.text,
    interrupted: row.interrupted,
    createdAt: row.created_at.toISOString(),
  })
}

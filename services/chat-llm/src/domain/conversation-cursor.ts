import { Problem, type Conversation } from '@parley/contracts'
import type { ConversationPosition } from './ports.ts'

const shape = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** A cursor that leads behind this conversation in the list. Clients pass it on as it is. */
export function writePosition({ lastMessageAt, conversationId }: Conversation): string {
  return Buffer.from(`${Date.parse(lastMessageAt)}.${conversationId}`).toString('base64url')
}

/** @throws Problem `bad-request` naming `after` for a text that `writePosition` did not make. */
export function readPosition(cursor: string): ConversationPosition {
  const [, at, conversationId] = shape.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (at !== undefined && conversationId !== undefined) return { lastMessageAt: new Date(Number(at)), conversationId }
  const issues = [{ path: 'after', message: 'the "next" of the page before' }]
  throw new Problem('bad-request', 'This cursor is not one of ours', { issues })
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPosition, writePosition } from './conversation-cursor.ts'

test('leads back to where it was made', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
      fc.uuid(),
      (lastMessageAt, conversationId) => {
        const cursor = writePosition({ lastMessageAt: lastMessageAt.toISOString(), conversationId } as never)
        expect(cursor).toMatch(/^[\w-]+$/)
        expect(readPosition(cursor)).toEqual({ lastMessageAt, conversationId })
      },
    ),
  )
})

test('of another make is refused, whatever it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => readPosition(text)).toThrow('not one of ours')
    }),
  )
})

import { makeContext, withContext } from '@parley/bus'
import { Problem } from '@parley/contracts'
import { describe, expect, test } from 'vitest'
import { createLogger, type Logger } from './logger.ts'
import { Secret } from './config.ts'

/** What is logged at a level, as text and as parsed lines. */
function capture(level: string, work: (log: Logger) => void) {
  const lines: string[] = []
  work(createLogger({ service: 'tea', level, destination: { write: (line) => lines.push(line) } }))
  return { text: lines.join(''), lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

describe('a line', () => {
  test('is JSON with the service, the time and the message', () => {
    const { text, lines } = capture('info', (log) => log.info({ cups: 2 }, 'ready'))
    expect(text).toMatch(/^\{.*\}\n$/)
    expect(lines).toEqual([
      { level: 30, service: 'tea', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/), cups: 2, msg: 'ready' },
    ])
  })

  test('is left out below the level', () => {
    expect(capture('warn', (log) => (log.info('quiet'), log.warn('loud'))).lines).toMatchObject([{ msg: 'loud' }])
  })

  test('carries the request and the trace of the work under way, and of no other', () => {
    const context = makeContext({ requestId: 'request-1', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` })
    const { lines } = capture('info', (log) => {
      withContext(context, () => log.info('inside'))
      log.info('outside')
    })
    expect(lines[0]).toMatchObject({ requestId: 'request-1', traceId: 'a'.repeat(32) })
    expect(Object.keys(lines[1] ?? {})).not.toContain('requestId')
  })

  test('shows an error with its cause', () => {
    const problem = new Problem('unavailable', 'No recogniser', { cause: new Error('connection refused') })
    const { lines } = capture('info', (log) => log.error({ error: problem }, 'failed'))
    const error = {
      code: 'unavailable',
      message: 'unavailable: No recogniser',
      cause: { message: 'connection refused' },
    }
    expect(lines[0]).toMatchObject({ error: { ...error, stack: expect.stringContaining('logger.test.ts') } })
  })
})

describe('personal data', () => {
  const personal = { text: 'my darling', transcript: 'my darling', prompt: 'my darling' }

  test.each(['debug', 'info'])('is not shown at level %s', (level) => {
    const { text, lines } = capture(level, (log) => log.warn(personal, 'heard'))
    expect(lines[0]).toMatchObject({ text: '[personal]', transcript: '[personal]', prompt: '[personal]' })
    expect(text).not.toContain('darling')
  })

  test('is not shown by a child logger either', () => {
    const { text } = capture('info', (log) => log.child({ transcript: 'my darling' }).info({ text: 'my darling' }))
    expect(text).not.toContain('darling')
  })

  test('is shown at level trace', () => {
    expect(capture('trace', (log) => log.trace(personal)).lines[0]).toMatchObject(personal)
  })
})

describe('a secret', () => {
  test.each(['trace', 'info'])('is not shown at level %s', (level) => {
    const fields = {
      token: 'hunter2',
      password: 'hunter2',
      key: new Secret('hunter2'),
      settings: { key: new Secret('hunter2') },
    }
    const { text, lines } = capture(level, (log) => log.info(fields))
    expect(lines[0]).toMatchObject({
      token: '[secret]',
      password: '[secret]',
      key: '[secret]',
      settings: { key: '[secret]' },
    })
    expect(text).not.toContain('hunter2')
  })
})

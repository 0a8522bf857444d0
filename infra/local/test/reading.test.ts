import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { expect, test } from 'vitest'
import { readStartArguments } from '../arguments.ts'
import { forServices, readEnvironment } from '../environment.ts'
import { openLogFile } from '../process/log-file.ts'
import { followOutput, readNotice, type Notice } from '../process/output.ts'
import { tail } from '../process/tail.ts'
import { Refusal } from '../refusal.ts'
import { temporaryFolder } from './temporary.ts'

test('arguments of npm start', () => {
  expect(readStartArguments([])).toEqual({ fresh: false, docker: false, help: false })
  expect(readStartArguments(['--fresh', '--docker'])).toEqual({ fresh: true, docker: true, help: false })
  expect(readStartArguments(['-h']).help).toBe(true)
})

test.each([['--frech'], ['fresh'], ['--fresh=yes']])('the argument %s is refused by name', (argument) => {
  const [name = ''] = argument.split('=')
  expect(() => readStartArguments([argument])).toThrow(Refusal)
  expect(() => readStartArguments([argument])).toThrow(name)
})

test('.env gives way to the environment', () => {
  using folder = temporaryFolder()
  folder.write('.env', 'LOG_LEVEL=debug\nGATEWAY_PORT="9000" # ours\n')
  expect(readEnvironment(folder.path, { LOG_LEVEL: 'warn', HOME: '/me' })).toEqual({
    LOG_LEVEL: 'warn',
    GATEWAY_PORT: '9000',
    HOME: '/me',
  })
})

test('services get neither npm’s variables nor NODE_ENV', () => {
  const outer = {
    npm_config_prefix: '/x',
    npm_lifecycle_event: 'start',
    NODE_ENV: 'production',
    INTERNAL_PORT: '1',
    KIMI_API_KEY: 'k',
  }
  expect(forServices(outer)).toEqual({ KIMI_API_KEY: 'k' })
})

test('warnings and errors become one short line, the rest stays in the log', () => {
  expect(readNotice('{"level":40,"time":1,"msg":"bus lost"}')).toEqual({ level: 'warning', text: 'bus lost' })
  const failure = { level: 50, msg: 'turn failed', err: { type: 'Error', message: 'connection refused\nat line 2' } }
  expect(readNotice(JSON.stringify(failure))).toEqual({ level: 'error', text: 'turn failed: connection refused' })
  expect(readNotice('{"level":30,"msg":"listening"}')).toBeUndefined()
  expect(readNotice('{"level":50,"msg":"cut')).toBeUndefined()
  expect(readNotice('    at main.ts:3')).toBeUndefined()
})

test('a line that arrives in pieces is read whole, and everything is in the log', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'audio.log')
  const output = new PassThrough()
  const notices: Notice[] = []
  {
    using log = openLogFile(file)
    followOutput(output, log, (notice) => notices.push(notice))
    for (const piece of ['plain\n{"level":40,', '"msg":"slow"}\n{"level"', ':30}\n']) output.write(piece)
    output.end()
    await finished(output)
  }
  expect(notices).toEqual([{ level: 'warning', text: 'slow' }])
  expect(readFileSync(file, 'utf8')).toBe('plain\n{"level":40,"msg":"slow"}\n{"level":30}\n')
})

test('a log keeps its bound, and its end can be read', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'audio.log')
  const line = Buffer.from(`${'x'.repeat(99)}\n`)
  {
    using log = openLogFile(file, 1_000)
    for (let written = 0; written < 25; written++) log.write(line)
  }
  expect(statSync(`${file}.1`).size).toBeLessThanOrEqual(1_100)
  expect(statSync(file).size).toBeLessThanOrEqual(1_100)
  expect((await tail(file, 2)).split('\n')).toHaveLength(2)
  expect(await tail(join(folder.path, 'none.log'))).toBe('')
})

import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startChild, type Child } from '../process/child.ts'
import { nextDelay, supervise } from '../supervise.ts'
import { temporaryFolder } from './temporary.ts'

const quick = { firstMs: 20, maxMs: 50, healthyAfterMs: 60_000 }
const ignored = { onStart: () => undefined, onEnd: () => undefined }

const node = (...args: string[]): Promise<Child> => startChild({ command: process.execPath, args, output: 'pipe' })

test('the delay doubles up to its limit and starts over after a healthy life', () => {
  const backoff = { firstMs: 500, maxMs: 10_000, healthyAfterMs: 30_000 }
  const delays: number[] = []
  for (let last = 0; delays.length < 7; delays.push(last)) last = nextDelay(backoff, last, 100)
  expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
  expect(nextDelay(backoff, 10_000, 30_000)).toBe(500)
})

test('a child that crashes is started again, ever later, until it is stopped', async () => {
  const { promise: thirdEnd, resolve } = Promise.withResolvers<void>()
  const delays: number[] = []
  const reasons: string[] = []
  const pids: number[] = []
  const supervised = await supervise({
    start: () => node('-e', 'process.exit(3)'),
    onStart: ({ pid }) => pids.push(pid),
    onEnd: (reason, delayMs) => {
      reasons.push(reason)
      if (delays.push(delayMs) === 3) resolve()
    },
    backoff: quick,
  })
  await thirdEnd
  await supervised.stop()
  expect(delays).toEqual([20, 40, 50])
  expect(reasons).toEqual(['code 3', 'code 3', 'code 3'])
  expect(new Set(pids).size).toBe(3)
})

test('a restart that fails is tried again', async () => {
  let attempts = 0
  const { promise: again, resolve } = Promise.withResolvers<string[]>()
  const reasons: string[] = []
  const supervised = await supervise({
    start: () =>
      ++attempts === 2
        ? Promise.reject(new Error('no luck'))
        : node('-e', attempts === 1 ? '' : 'setInterval(() => {}, 1000)'),
    onStart: () => attempts === 3 && resolve(reasons),
    onEnd: (reason) => reasons.push(reason),
    backoff: quick,
  })
  expect(await again).toEqual(['code 0', 'no luck'])
  await supervised.stop()
})

test('a first start that fails is the caller’s to know', async () => {
  const missing = supervise({
    ...ignored,
    start: () => startChild({ command: '/nowhere/program', args: [], output: 'pipe' }),
  })
  await expect(missing).rejects.toThrow('ENOENT')
})

test('stopping lets a child end in its own way, and does not start it again', async () => {
  using folder = temporaryFolder()
  const trace = `${folder.path}/trace`
  const program = `process.on('SIGTERM', () => { require('fs').appendFileSync(${JSON.stringify(trace)}, 'ended'); process.exit(0) })
    setInterval(() => {}, 1000); console.log('up')`
  let child: Child | undefined
  const supervised = await supervise({ ...ignored, start: async () => (child = await node('-e', program)) })
  const [stdout] = child?.outputs ?? []
  if (stdout) await once(stdout, 'data')
  await supervised.stop()
  expect(readFileSync(trace, 'utf8')).toBe('ended')
  expect(await child?.exited).toEqual({ code: 0, signal: null })
})

test('a child that will not end is killed at its deadline', async () => {
  const program = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')`
  const child = await startChild({
    command: process.execPath,
    args: ['-e', program],
    output: 'pipe',
    stopWithinMs: 100,
  })
  const [stdout] = child.outputs
  if (stdout) await once(stdout, 'data')
  await Promise.all([child.stop(), child.stop()])
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' })
  expect(existsSync(`/proc/${child.pid}`)).toBe(false)
})

test('stopping during the wait before a restart ends the wait', async () => {
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  let starts = 0
  const supervised = await supervise({
    start: () => (starts++, node('-e', '')),
    onStart: () => undefined,
    onEnd: () => resolve(),
    backoff: { firstMs: 60_000, maxMs: 60_000, healthyAfterMs: 60_000 },
  })
  await ended
  await supervised.stop()
  expect(starts).toBe(1)
})

import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSphinxQueue } from './sphinx-queue.ts'

/** Stands in for pocketsphinx_batch: `die` ends it, `die-once` ends the first one only, `hang` is never answered. */
const stub = `#!/bin/sh
echo start >> "$(dirname "$0")/starts"
while read -r id; do
  case "$id" in
    die) exit 1 ;;
    die-once) if [ "$(wc -l < "$(dirname "$0")/starts")" -eq 1 ]; then exit 1; fi; echo "alive again ($id -5)" ;;
    hang) echo hang >> "$(dirname "$0")/hangs"; sleep 30 ;;
    *) echo "words ($id -10)" ;;
  esac
done
`
let folder: string
let files = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-sphinx-queue-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function open(more: { bound?: number; timeoutMs?: number } = {}) {
  const own = await mkdtemp(join(folder, `${files++}-`))
  const command = join(own, 'stub')
  await writeFile(command, stub)
  await chmod(command, 0o700)
  const queue = openSphinxQueue({ command, folder: own, options: [], bound: 10, timeoutMs: 5_000, ...more })
  const count = async (name: string) => (await readFile(join(own, name), 'utf8').catch(() => '')).split('\n').length - 1
  return {
    queue,
    starts: () => count('starts'),
    hangs: () => count('hangs'),
    [Symbol.dispose]: () => queue[Symbol.dispose](),
  }
}
const never = new AbortController().signal

test('utterances take turns with one process', async () => {
  using opened = await open()
  const { queue, starts } = opened
  const answers = await Promise.all(['a', 'b', 'c'].map((id) => queue.ask(id, never)))
  expect(answers).toEqual(['a', 'b', 'c'].map(() => ({ text: 'words', score: -10 })))
  expect(await starts()).toBe(1)
})

test('a process that dies is replaced and the utterance tried again', async () => {
  using opened = await open()
  const { queue, starts } = opened
  expect(await queue.ask('die-once', never)).toEqual({ text: 'alive again', score: -5 })
  expect(await starts()).toBe(2)
})

test('an utterance that kills twice fails, and the next one is heard', async () => {
  using opened = await open()
  const { queue } = opened
  await expect(queue.ask('die', never)).rejects.toMatchObject({ code: 'provider-failed' })
  expect(() => queue.check()).toThrow('not running')
  expect(await queue.ask('a', never)).toMatchObject({ text: 'words' })
  queue.check()
})

test('too many waiting are refused', async () => {
  using opened = await open({ bound: 2 })
  const { queue } = opened
  const answers = await Promise.allSettled(['a', 'b', 'c'].map((id) => queue.ask(id, never)))
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  expect(answers[2]).toMatchObject({ reason: { code: 'overloaded' } })
})

test('an answer that does not come is a timeout, and the next one is heard', async () => {
  using opened = await open({ timeoutMs: 300 })
  const { queue } = opened
  await queue.ask('a', never)
  await expect(queue.ask('hang', never)).rejects.toMatchObject({ code: 'timeout' })
  expect(await queue.ask('a', never)).toMatchObject({ text: 'words' })
})

test('an unwanted utterance does not keep the process', async () => {
  using opened = await open()
  const { queue, starts, hangs } = opened
  const abort = new AbortController()
  const hanging = queue.ask('hang', abort.signal)
  const waiting = queue.ask('b', abort.signal)
  await expect.poll(hangs).toBe(1)
  abort.abort(new Error('enough'))
  await expect(hanging).rejects.toThrow('enough')
  await expect(waiting).rejects.toThrow('enough')
  expect(await queue.ask('c', never)).toMatchObject({ text: 'words' })
  expect(await starts()).toBe(2)
})

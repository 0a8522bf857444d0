import { expect, test } from 'vitest'
import { settle } from '../../test/virtual-clock.ts'
import { createQueue } from './queue.ts'

async function read<Item>(queue: AsyncIterable<Item>, into: Item[]) {
  for await (const item of queue) into.push(item)
}

test('hands on what comes, in order, as it comes', async () => {
  const queue = createQueue<number>(10)
  const items: number[] = []
  queue.push(1)
  const reading = read(queue, items)
  await settle()
  queue.push(2)
  queue.push(3)
  await settle()
  expect(items).toEqual([1, 2, 3])
  queue.end()
  await reading
})

test('the end comes after what is queued', async () => {
  const queue = createQueue<number>(10)
  const items: number[] = []
  queue.push(1)
  queue.end()
  expect(queue.push(2)).toBe(false)
  await read(queue, items)
  expect(items).toEqual([1])
})

test('a failure comes after what is queued, and the first outcome counts', async () => {
  const queue = createQueue<number>(10)
  const items: number[] = []
  queue.push(1)
  queue.fail(new Error('broken'))
  queue.end()
  await expect(read(queue, items)).rejects.toThrow('broken')
  expect(items).toEqual([1])
})

test('a reader that waits is woken by a failure', async () => {
  const queue = createQueue<number>(10)
  const reading = read(queue, [])
  await settle()
  queue.fail(new Error('broken'))
  await expect(reading).rejects.toThrow('broken')
})

test('takes no more than its bound', async () => {
  const queue = createQueue<number>(2)
  expect([queue.push(1), queue.push(2), queue.push(3)]).toEqual([true, true, false])
  queue.end()
  const items: number[] = []
  await read(queue, items)
  expect(items).toEqual([1, 2])
})

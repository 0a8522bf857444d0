import type { OpusFormat } from '@parley/contracts'
import { expect, test } from 'vitest'
import type { PacketEncoder, Pcm } from './ports.ts'
import { speakPackets } from './speaking.ts'

const format: OpusFormat = { sampleRateHz: 16_000, frameMs: 60 }
const frame = 960

function createFakeEncoder(): PacketEncoder & { jobs: Int16Array[] } {
  const jobs: Int16Array[] = []
  return {
    jobs,
    encode: async (samples) => {
      jobs.push(samples)
      return Array.from({ length: samples.length / frame }, () => new Uint8Array(1))
    },
    [Symbol.dispose]: () => undefined,
  }
}

async function* say(...lengths: number[]): AsyncGenerator<Pcm> {
  for (const length of lengths) yield { samples: new Int16Array(length).fill(9_000), sampleRateHz: 16_000 }
}

test('frames come in small jobs, the first alone, the last filled up', async () => {
  const encoder = createFakeEncoder()
  const packets = await Array.fromAsync(speakPackets(say(frame * 6 + 1, 10), format, encoder))
  expect(packets).toHaveLength(7)
  expect(encoder.jobs.map((job) => job.length / frame)).toEqual([1, 5, 1])
  expect(encoder.jobs.at(-1)!.findLastIndex((sample) => sample !== 0)).toBe(10)
})

test('the first packet does not wait for more sound', async () => {
  async function* slow(): AsyncGenerator<Pcm> {
    yield* say(frame)
    await new Promise(() => {})
  }
  const { value } = await speakPackets(slow(), format, createFakeEncoder()).next()
  expect(value).toBeInstanceOf(Uint8Array)
})

test('sound is read only as packets are taken', async () => {
  let read = 0
  async function* counted(): AsyncGenerator<Pcm> {
    for (;;) {
      read++
      yield* say(frame)
    }
  }
  const packets = speakPackets(counted(), format, createFakeEncoder())
  for (let index = 0; index < 5; index++) await packets.next()
  expect(read).toBe(5)
  await packets.return()
})

test('no sound gives no packet', async () => {
  expect(await Array.fromAsync(speakPackets(say(), format, createFakeEncoder()))).toEqual([])
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromOggOpus, opusPacketMs, toOggOpus } from './ogg-opus.ts'
import { readTalkMessage } from './talk-messages.ts'

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const samples = Buffer.alloc(1_920 * 2 + 100, 7)

function wav({ rate = 16_000, channels = 1, size = samples.length } = {}): Buffer {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(channels, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(size, 40)
  return Buffer.concat([head, samples])
}

test('what was put into an Ogg file comes out of it', () => {
  const packet = fc.uint8Array({ maxLength: 1_000 })
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
      const file = Buffer.concat(toOggOpus(packets, 60, 16_000))
      expect(fromOggOpus(file)?.map((bytes) => [...bytes])).toEqual(packets.map((bytes) => [...bytes]))
    }),
  )
})

test('whatever the bytes, reading them throws nothing', () => {
  const bytes = fc.uint8Array({ maxLength: 200 })
  fc.assert(
    fc.property(bytes, fc.constantFrom('', 'OggS', 'RIFF'), (rest, magic) => {
      const audio = base64(Buffer.concat([Buffer.from(magic), rest]))
      readTalkMessage({ type: 'audio', audio })
    }),
  )
})

test.each([
  [[0xf8, 0xff, 0xfe], 20],
  [[0x58], 60],
  [[0x5b, 0x02], 120],
  [[0x80], 2.5],
  [[], 0],
])('the packet %j lasts %d ms', (bytes, ms) => {
  expect(opusPacketMs(Uint8Array.from(bytes))).toBe(ms)
})

test('sound is Opus, WAV or bare samples', () => {
  const packets = [Uint8Array.of(0x58, 1, 2), Uint8Array.of(0x58, 3)]
  const ogg = base64(Buffer.concat(toOggOpus(packets, 60, 16_000)))
  expect(readTalkMessage({ type: 'audio', audio: ogg })).toMatchObject({ sound: { codec: 'opus', frameMs: 60 } })
  for (const audio of [base64(samples), base64(wav()), base64(wav({ size: 0xffff_ffff }))]) {
    const read = readTalkMessage({ type: 'audio', audio })
    expect(read).toMatchObject({ type: 'audio', sound: { codec: 'pcm16', frameMs: 60 } })
    expect(read && 'sound' in read && read.sound.frames.map(({ length }) => length)).toEqual([1_920, 1_920, 100])
  }
})

test.each([
  { type: 'audio', audio: base64(wav({ rate: 44_100 })) },
  { type: 'audio', audio: base64(wav({ channels: 2 })) },
  { type: 'audio', audio: base64(Buffer.from('OggS and no more')) },
  { type: 'audio', audio: '' },
  { type: 'audio', audio: 'no base64!' },
  { type: 'audio' },
  { type: 'text', text: ' ' },
  { type: 'image', image: 5 },
])('%j is told what is wrong', (message) => {
  expect(readTalkMessage(message)).toHaveProperty('wrong')
})

test('text and pictures', () => {
  expect(readTalkMessage({ type: 'text', text: ' hi ' })).toEqual({ type: 'text', text: 'hi' })
  expect(readTalkMessage({ type: 'image', image: 'AQID', text: 'what?' })).toMatchObject({
    image: Buffer.from([1, 2, 3]),
    question: 'what?',
  })
  expect(readTalkMessage({ type: 'wave' })).toBeUndefined()
})

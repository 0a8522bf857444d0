import type { OpusPackets, Pcm } from '../../domain/ports.ts'
import { listenRateHz } from '../../domain/ports.ts'
import { joinSamples } from '../../domain/recording.ts'
import { createPacketDecoder } from './packet-decoder.ts'

/** A synthesizer's sound as samples, whatever it comes as. */
export async function* asPcm(sound: AsyncIterable<Pcm | OpusPackets>): AsyncGenerator<Pcm, void, undefined> {
  using decoder = await createPacketDecoder()
  for await (const piece of sound) {
    if (!('packets' in piece)) yield piece
    else
      yield { samples: joinSamples(piece.packets.map((packet) => decoder.decode(packet))), sampleRateHz: listenRateHz }
  }
}

import type { Bus } from '@parley/bus'
import { audio, encodeUplink } from '@parley/contracts'
import type { Ears } from '../../domain/ports.ts'

/** Recognition by the audio service. */
export function createEars(bus: Bus): Ears {
  return {
    listen: (input, { signal }) => bus.stream(audio.listen, input, { signal }),
    send: (listenId, message) => bus.publishBytes(audio.up, encodeUplink(message), { tokens: { listenId } }),
  }
}

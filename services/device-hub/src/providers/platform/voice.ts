import type { Bus } from '@parley/bus'
import { audio } from '@parley/contracts'
import type { Voice } from '../../domain/ports.ts'

/** Synthesis by the audio service. */
export function createVoice(bus: Bus): Voice {
  return { speak: (input, { signal }) => bus.stream(audio.speak, input, { signal }) }
}

import { setTimeout as delay } from 'node:timers/promises'
import type { VirtualDevice } from './virtual-device.ts'

/** Sends packets at the pace of a microphone, on an absolute clock, until they end or the signal is aborted. */
export async function stream(
  device: Pick<VirtualDevice, 'sendAudio' | 'open'>,
  packets: Iterable<Uint8Array>,
  { frameMs = 60, signal }: { frameMs?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const startedAt = performance.now()
  let count = 0
  for (const packet of packets) {
    if (signal?.aborted || !device.open) return
    device.sendAudio(packet)
    const waitMs = startedAt + ++count * frameMs - performance.now()
    if (waitMs > 0) await delay(waitMs)
  }
}

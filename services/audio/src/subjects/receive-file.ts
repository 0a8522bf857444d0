import type { Bus } from '@parley/bus'
import { audio, decodeUplink, Problem, type UplinkMessage } from '@parley/contracts'
import { abortable } from '../domain/abortable.ts'

/** Asked for at a time: what may be under way, whoever sends. */
const windowBytes = 1024 * 1024
const idleMs = 10_000

export type ReceiveGiven = { bus: Bus; mostBytes: number }

/** A file that comes in frames on an uplink subject of its own, as fast as it is asked for. */
export type IncomingFile = {
  /**
   * How many bytes are wanted next, until all have come.
   * @throws Problem `too-large`, `bad-request` when a frame is missing, `timeout` when nothing comes; the signal's reason
   */
  wanted: (signal: AbortSignal) => AsyncGenerator<number, void, undefined>
  file: () => Uint8Array
}

export function receiveFile(id: string, { bus, mostBytes }: ReceiveGiven): IncomingFile {
  const incoming = createIncoming(mostBytes)
  return {
    wanted: async function* (signal) {
      const take = (data: Uint8Array) => {
        const message = decodeUplink(data)
        if (message) incoming.receive(message)
      }
      const uplink = bus.onBytes(audio.up, take, { tokens: { listenId: id } })
      try {
        await bus.flush()
        yield* incoming.wanted(signal)
      } finally {
        uplink.stop()
      }
    },
    file: incoming.file,
  }
}

function createIncoming(mostBytes: number) {
  const pieces: Uint8Array[] = []
  let size = 0
  let expected = 0
  let ended = false
  let problem: Problem | undefined
  let wake: (() => void) | undefined

  return {
    receive: (message: UplinkMessage) => {
      if (ended || problem || message.kind === 'limit') return
      if (message.sequence !== expected) problem = new Problem('bad-request', 'A piece of the file is missing')
      else if (message.kind === 'end') ended = true
      else {
        expected++
        size += message.packet.length
        if (size > mostBytes) problem = new Problem('too-large', `The file is larger than ${mostBytes} bytes`)
        // The frame's memory is the connection's.
        else pieces.push(message.packet.slice())
      }
      wake?.()
    },
    wanted: async function* (signal: AbortSignal): AsyncGenerator<number, void, undefined> {
      for (let asked = 0; !ended;) {
        if (problem) throw problem
        if (size >= asked) {
          asked += windowBytes
          yield windowBytes
          continue
        }
        const come = new Promise<boolean>((resolve) => (wake = () => resolve(true)))
        const late = AbortSignal.timeout(idleMs)
        await abortable(come, AbortSignal.any([signal, late])).catch((error: unknown) => {
          if (late.aborted && !signal.aborted) throw new Problem('timeout', 'The file did not go on')
          throw error
        })
      }
      if (problem) throw problem
    },
    file: (): Uint8Array => Buffer.concat(pieces),
  }
}

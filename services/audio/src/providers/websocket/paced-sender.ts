import { createFramer } from '../../domain/framing.ts'
import { listenRateHz } from '../../domain/ports.ts'

export type PacedSenderSettings = {
  packetMs: number
  /** How many times faster than it is said speech may be sent; vendors refuse floods. */
  mostSpeed: number
  /** This much may go out at once. */
  headStartMs: number
  send: (packet: Int16Array) => void
  /** All has been sent; the last, broken packet comes here. */
  onEnd: (rest: Int16Array) => void
}

/** Cuts speech into packets and sends them as it comes, and what was kept (a pre-roll, a fallback) not faster than allowed. */
export type PacedSender = Disposable & {
  push: (samples: Int16Array) => void
  end: () => void
  /** From now on packets go out; before, they wait. */
  start: () => void
}

export function createPacedSender(settings: PacedSenderSettings): PacedSender {
  const { packetMs, mostSpeed, headStartMs, send, onEnd } = settings
  const framer = createFramer((listenRateHz * packetMs) / 1_000)
  let startedAt: number | undefined
  let sentMs = 0
  let ended = false
  let over = false
  let timer: NodeJS.Timeout | undefined

  function run() {
    timer = undefined
    if (startedAt === undefined || over) return
    for (;;) {
      const waitMs = (sentMs - headStartMs) / mostSpeed - (performance.now() - startedAt)
      if (waitMs > 0 && framer.frames > 0) {
        timer = setTimeout(run, Math.ceil(waitMs))
        return
      }
      const packet = framer.take(1)
      if (!packet) break
      send(packet)
      sentMs += packetMs
    }
    if (!ended) return
    over = true
    onEnd(framer.rest())
  }

  return {
    push: (samples) => {
      if (ended) return
      framer.push(samples)
      if (!timer) run()
    },
    end: () => {
      ended = true
      if (!timer) run()
    },
    start: () => {
      startedAt ??= performance.now()
      run()
    },
    [Symbol.dispose]: () => {
      over = true
      clearTimeout(timer)
    },
  }
}

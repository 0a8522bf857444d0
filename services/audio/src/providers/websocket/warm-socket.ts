import type { VendorSocket } from './vendor-socket.ts'

export type WarmSocketSettings = {
  open: (signal: AbortSignal | undefined) => Promise<VendorSocket>
  /** How long a connection may stand unused before it is not trusted any more. */
  keepMs: number
}

/** One connection that is there before it is needed, so that nobody waits for TCP, TLS and the upgrade. */
export type WarmSockets = Disposable & {
  /** Opens one ahead, unless one stands or is under way. Failures show when one is taken. */
  warm: () => void
  take: (signal: AbortSignal) => Promise<VendorSocket>
  /** Gives one back that can be used again. */
  give: (socket: VendorSocket) => void
}

type Standing = { socket: Promise<VendorSocket>; sinceMs: number }

export function createWarmSockets({ open, keepMs }: WarmSocketSettings): WarmSockets {
  let standing: Standing | undefined
  let timer: NodeJS.Timeout | undefined
  let disposed = false

  function keep(socket: Promise<VendorSocket>) {
    const own: Standing = { socket, sinceMs: performance.now() }
    standing = own
    socket.catch(() => {
      if (standing === own) standing = undefined
    })
    clearTimeout(timer)
    timer = setTimeout(drop, keepMs)
    timer.unref()
  }
  function drop() {
    const dropped = standing
    standing = undefined
    clearTimeout(timer)
    void dropped?.socket.then((socket) => socket[Symbol.dispose]()).catch(() => undefined)
  }

  return {
    warm: () => {
      if (!standing && !disposed) keep(open(undefined))
    },
    take: async (signal) => {
      const ready = standing
      standing = undefined
      clearTimeout(timer)
      if (ready && performance.now() - ready.sinceMs < keepMs) {
        const socket = await ready.socket.catch(() => undefined)
        if (socket?.open) {
          if (!signal.aborted) return socket
          socket[Symbol.dispose]()
        }
      }
      return open(signal)
    },
    give: (socket) => {
      if (disposed || standing || !socket.open) return socket[Symbol.dispose]()
      keep(Promise.resolve(socket))
    },
    [Symbol.dispose]: () => {
      disposed = true
      drop()
    },
  }
}

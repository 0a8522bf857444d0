export type BreakerSettings = {
  /** So many failures in a row, and it is left alone. */
  failures: number
  /** For so long, and twice as long each time that it is not well yet. */
  restMs: number
  mostRestMs: number
}

export const breakerDefaults: BreakerSettings = { failures: 3, restMs: 5_000, mostRestMs: 60_000 }

/** Whether a provider is worth asking: it opens after failures in a row, and closes when a probe, or one request, succeeds. */
export type Breaker = Disposable & {
  /** Whether to ask it: it is closed, or its rest is over and nobody has tried yet. */
  readonly ready: boolean
  /** It is asked now. Where its rest is over, this request is the trial. */
  asked: () => void
  succeeded: () => void
  failed: () => void
  readonly open: boolean
}

type Given = {
  /** `after` runs an action later, and gives what calls it off. */
  clock: { after: (delayMs: number, action: () => void) => () => void }
  settings: BreakerSettings
  probe: (() => Promise<void>) | undefined
  onChange: (open: boolean) => void
}

export function createBreaker({ clock, settings, probe, onChange }: Given): Breaker {
  let failures = 0
  let open = false
  let restMs = settings.restMs
  /** Its rest is over, and nobody has tried yet. */
  let trial = false
  let callOff: (() => void) | undefined
  let disposed = false

  function rest() {
    callOff?.()
    trial = false
    callOff = clock.after(restMs, () => {
      callOff = undefined
      if (!probe) trial = true
      else probe().then(close, stay)
    })
    restMs = Math.min(restMs * 2, settings.mostRestMs)
  }
  function stay() {
    if (open && !disposed) rest()
  }
  function close() {
    failures = 0
    restMs = settings.restMs
    callOff?.()
    callOff = undefined
    if (!open) return
    open = false
    onChange(false)
  }

  return {
    get ready() {
      return !open || trial
    },
    asked: () => {
      // A trial may never come back: then there is another rest, and another trial.
      if (trial) rest()
    },
    succeeded: close,
    failed: () => {
      failures++
      // Its rest goes on, or began anew when it was asked.
      if (open || disposed || failures < settings.failures) return
      open = true
      onChange(true)
      rest()
    },
    get open() {
      return open
    },
    [Symbol.dispose]: () => {
      disposed = true
      callOff?.()
    },
  }
}

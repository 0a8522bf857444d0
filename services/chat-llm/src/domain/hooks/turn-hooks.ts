import type { Clock } from '../ports.ts'
import { unlessAborted } from '../unless-aborted.ts'
import type { DeltaFilter, Hook, HookTurn, Passed } from './hook.ts'

type Moment = 'beforePrompt' | 'onDelta' | 'afterAnswer' | 'onToolCall' | 'onToolResult'

export type HookObserver = {
  /** A hook said no, or changed something. */
  hookActed: (about: { turnId: string; hook: string; moment: Moment; did: 'refused' | 'changed' }) => void
  hookFailed: (about: { turnId: string; hook: string; moment: Moment }, error: unknown) => void
}

export type HookPorts = { clock: Pick<Clock, 'timeout'>; observer: HookObserver }

type Call = Parameters<NonNullable<Hook['onToolCall']>>[0]
type Result = Parameters<NonNullable<Hook['onToolResult']>>[0]

/** All hooks, for one turn. Nothing here throws but the turn's own signal. */
export type TurnHooks = {
  /** What the model is asked, and what it is told beside; undefined: it is not asked. */
  ask: (text: string) => Promise<{ text: string; notes: string[] } | undefined>
  /** For the text of the answer; undefined when no hook cares. */
  filter: () => DeltaFilter | undefined
  answered: (answer: { text: string; reason: string }) => void
  /** Why a call is not to be made; undefined when it is. */
  calling: (call: Call) => Promise<string | undefined>
  /** What the model is told of a result. */
  called: (result: Result) => Promise<string>
}

const usualMs = 200
const failed = Symbol('failed')

/** Puts hooks in their order and asks them, each for a bounded time. */
export function createHooks(given: readonly Hook[], { clock, observer }: HookPorts) {
  const hooks = given.toSorted((one, other) => one.order - other.order || one.name.localeCompare(other.name))

  return (turn: HookTurn, signal: AbortSignal): TurnHooks => {
    const { turnId } = turn
    const acted = ({ name }: Hook, moment: Moment, did: 'refused' | 'changed') =>
      observer.hookActed({ turnId, hook: name, moment, did })

    async function consult<T>(hook: Hook, moment: Moment, think: (signal: AbortSignal) => T | Promise<T>) {
      try {
        const stop = AbortSignal.any([signal, clock.timeout(hook.timeoutMs ?? usualMs)])
        const thought = think(stop)
        return thought instanceof Promise ? await unlessAborted(thought, stop) : thought
      } catch (error) {
        signal.throwIfAborted()
        observer.hookFailed({ turnId, hook: hook.name, moment }, error)
        return failed
      }
    }

    return {
      ask: async (text) => {
        const asked = { text, notes: [] as string[] }
        for (const hook of hooks) {
          const { beforePrompt } = hook
          if (!beforePrompt) continue
          const verdict = await consult(hook, 'beforePrompt', (stop) =>
            beforePrompt({ text: asked.text }, { turn, signal: stop }),
          )
          if (verdict === failed ? hook.onFailure === 'refuse' : verdict && 'refuse' in verdict) {
            acted(hook, 'beforePrompt', 'refused')
            return undefined
          }
          if (verdict === failed || !verdict || 'refuse' in verdict) continue
          acted(hook, 'beforePrompt', 'changed')
          asked.text = verdict.text ?? asked.text
          if (verdict.note) asked.notes.push(verdict.note)
        }
        return asked
      },

      filter: () => {
        const filters = hooks.flatMap((hook) => (hook.onDelta ? [guarded(hook, hook.onDelta)] : []))
        return filters.length > 0 ? chain(filters) : undefined
      },

      answered: (answer) => {
        for (const hook of hooks) {
          const { afterAnswer } = hook
          // The turn is over, and its signal with it: what is done afterwards has its own time.
          const late = clock.timeout(10_000)
          if (afterAnswer)
            void Promise.try(() => afterAnswer(answer, { turn, signal: late })).catch((error: unknown) =>
              observer.hookFailed({ turnId, hook: hook.name, moment: 'afterAnswer' }, error),
            )
        }
      },

      calling: async (call) => {
        for (const hook of hooks) {
          const { onToolCall } = hook
          if (!onToolCall) continue
          const verdict = await consult(hook, 'onToolCall', (stop) => onToolCall(call, { turn, signal: stop }))
          if (verdict === failed && hook.onFailure === 'go-on') continue
          if (!verdict) continue
          acted(hook, 'onToolCall', 'refused')
          return verdict === failed ? 'This call is not possible at the moment.' : verdict.refuse
        }
        return undefined
      },

      called: async (result) => {
        let { text } = result
        for (const hook of hooks) {
          const { onToolResult } = hook
          if (!onToolResult) continue
          const verdict = await consult(hook, 'onToolResult', (stop) =>
            onToolResult({ ...result, text }, { turn, signal: stop }),
          )
          if (verdict === failed && hook.onFailure === 'go-on') continue
          if (!verdict) continue
          acted(hook, 'onToolResult', 'changed')
          text = verdict === failed ? 'Error: The result cannot be shown.' : verdict.text
        }
        return text
      },
    }

    /** A filter that fails lets everything pass from then on, or nothing. */
    function guarded(hook: Hook, create: NonNullable<Hook['onDelta']>): DeltaFilter {
      let filter: DeltaFilter | undefined
      let broken = false
      const attempt = (work: (filter: DeltaFilter) => Passed, otherwise: string): Passed => {
        if (broken) return { text: otherwise }
        try {
          filter ??= create(turn)
          const passed = work(filter)
          if (passed.stop) acted(hook, 'onDelta', 'refused')
          return passed
        } catch (error) {
          broken = true
          observer.hookFailed({ turnId, hook: hook.name, moment: 'onDelta' }, error)
          if (hook.onFailure === 'go-on') return { text: otherwise }
          acted(hook, 'onDelta', 'refused')
          return { text: '', stop: true }
        }
      }
      return {
        push: (text) => attempt((each) => each.push(text), text),
        flush: () => attempt((each) => each.flush(), ''),
      }
    }
  }
}

function chain(filters: DeltaFilter[]): DeltaFilter {
  function pass(text: string, ends: boolean): Passed {
    let stop = false
    for (const filter of filters) {
      const pushed = filter.push(text)
      const rest: Passed = ends && !pushed.stop ? filter.flush() : { text: '' }
      text = pushed.text + rest.text
      stop ||= Boolean(pushed.stop || rest.stop)
      // Those after it still have to see, and let go, what was passed up to here.
      ends ||= stop
    }
    return { text, stop }
  }
  return { push: (text) => pass(text, false), flush: () => pass('', true) }
}

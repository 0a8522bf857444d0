import { Problem } from '@parley/contracts'
import { z } from 'zod'
import { messageTypes, type HuoshanFrame } from './frame.ts'

/** What another try does not change: what was asked for is wrong, or not allowed. */
const rejected = new Set([45_000_001, 45_000_030, 45_000_151, 40_402_003, 3_001, 3_010, 3_011, 3_050])
/** Nothing was said. */
export const silenceCodes = new Set([20_000_003, 45_000_002])

const Failure = z.object({
  status_code: z.number().optional(),
  code: z.number().optional(),
  message: z.string().optional(),
  error: z.unknown().optional(),
})

/** A code of theirs as a Problem; what they say about it is for the log only. */
export function toHuoshanProblem(who: string, code: number, message: string): Problem {
  const cause = new Error(`${code} ${message}`.slice(0, 500))
  // 45000000 stands for permissions and for quotas alike: only its text tells them apart.
  const quota = /quota|concurren|limit/i.test(message)
  if (rejected.has(code) || (code === 45_000_000 && !quota)) {
    return new Problem('provider-rejected', `${who} refused the request (${code})`, { cause })
  }
  return code === 45_000_081 || code === 3_030 || code === 3_032
    ? new Problem('timeout', `${who} waited too long (${code})`, { cause })
    : new Problem('provider-failed', `${who} failed (${code})`, { cause })
}

/** What a frame says went wrong. */
export function readFailure(frame: HuoshanFrame): { code: number; message: string } {
  const text = Buffer.from(frame.payload).toString()
  const failure = Failure.safeParse(parse(text)).data ?? {}
  const code = frame.type === messageTypes.error ? frame.errorCode : (failure.status_code ?? failure.code)
  return { code: code ?? 0, message: failure.message ?? text }
}

/** A frame's JSON, or nothing. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

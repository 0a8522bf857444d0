import { Problem } from '@parley/contracts'
import type { Request } from 'express'
import type { RunStore } from '../domain/ports.ts'
import { isCallbackProof, type KeptRun, type ProofPlace } from '../domain/run.ts'

type Given = { place: ProofPlace; proof: string | undefined }

/**
 * The run that a callback is of: named in its address, and proved. The same refusal for whatever is wrong.
 * @throws Problem `unauthorized`
 */
export async function findRun(
  request: Request,
  runs: Pick<RunStore, 'find'>,
  { place, proof }: Given,
): Promise<KeptRun> {
  const { room_id: roomId, task_id: taskId } = request.query
  const run = typeof taskId === 'string' && /^[\w@.-]{1,128}$/.test(taskId) ? await runs.find(taskId) : undefined
  if (run && run.roomId === roomId && isCallbackProof(run, place, proof)) return run
  throw notTheirs()
}

export function notTheirs(): Problem {
  return new Problem('unauthorized', 'There is no such run, or this is not from it')
}

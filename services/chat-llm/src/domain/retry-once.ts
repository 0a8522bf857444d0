import { toProblem } from '@parley/contracts'

/** Does the work, and once more when it failed in a way that may pass. Only for work that may be repeated. */
export async function retryOnce<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!toProblem(error).retryable) throw error
    return work()
  }
}

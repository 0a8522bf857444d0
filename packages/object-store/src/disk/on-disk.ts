import { Problem } from '@parley/contracts'

/** What the file system gives. @throws Problem `unavailable` when it fails, its paths in the cause only */
export async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    const full = ['ENOSPC', 'EDQUOT'].includes(codeOf(cause))
    throw new Problem('unavailable', full ? 'The object store is full' : 'The object store does not work', { cause })
  }
}

/** The same, with undefined for a file or a folder that is not there. */
export function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  const missing = (error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  return onDisk(work.catch(missing))
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | undefined)?.code)
}

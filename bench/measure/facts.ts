import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** What a figure depends on besides the code. */
export type Facts = {
  date: string
  commit: string
  node: string
  cores: number
  processor: string
  memoryMb: number
  /** Mean number of busy processes in the minute before: above a fraction of one, others were at work. */
  loadBefore: number
}

export function readFacts(): Facts {
  return {
    date: new Date().toISOString(),
    commit: readCommit(),
    node: process.version,
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryMb: Math.round(totalmem() / 2 ** 20),
    loadBefore: Number(loadavg()[0]?.toFixed(2)),
  }
}

function readCommit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' and changes')
  } catch {
    return 'unknown'
  }
}

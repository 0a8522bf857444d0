import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * What tells a process from any other that has had or will have its id: when it started, and in which boot of the machine.
 * @returns undefined when no such process runs
 */
export function identify(pid: number): string | undefined {
  try {
    return process.platform === 'linux' ? identifyOnLinux(pid) : identifyByPs(pid)
  } catch {
    return undefined
  }
}

/** Whether the process that was once identified still runs: not merely one with its id. */
export const stillRuns = (known: { pid: number; identity: string }): boolean => identify(known.pid) === known.identity

function identifyOnLinux(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name, in parentheses, may hold anything; after it come the state (field 3) and, as field 22, the start in ticks since boot.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, started] = [fields[0], fields[19]]
  if (state === 'Z' || state === 'X') return undefined
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${started}`
}

function identifyByPs(pid: number): string | undefined {
  const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return started.trim() || undefined
}

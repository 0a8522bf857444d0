import { readdirSync, readFileSync } from 'node:fs'

/** What a process and those below it have used so far. */
export type Usage = { cpuSeconds: number; rssMb: number; processes: number }

/** Linux counts processor time in hundredths of a second. */
const ticksPerSecond = 100

type Stat = { parent: number; ticks: number; ticksOfEnded: number }

function readStat(pid: number | string): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in parentheses may hold anything; the fields after it start with the state.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
      (index) => fields[index],
    )
    return { parent, ticks: user + system, ticksOfEnded: endedUser + endedSystem }
  } catch {
    return undefined
  }
}

function readRssMb(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    return Number(kilobytes ?? 0) / 1_024
  } catch {
    return 0
  }
}

/** Reads each root with the processes below it that are no roots themselves; what ended in between is counted by its parent. */
export function readUsages(roots: Record<string, number>): Record<string, Usage> {
  const stats = new Map<number, Stat>()
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(name) : undefined
    if (stat) stats.set(Number(name), stat)
  }
  const taken = new Set(Object.values(roots))
  return Object.fromEntries(Object.entries(roots).map(([name, pid]) => [name, usageOf(pid, stats, taken)]))
}

function usageOf(root: number, stats: Map<number, Stat>, taken: Set<number>): Usage {
  const family = [root]
  for (const pid of family) {
    for (const [child, { parent }] of stats) if (parent === pid && !taken.has(child)) family.push(child)
  }
  const ticks = family.reduce((sum, pid) => sum + (stats.get(pid)?.ticks ?? 0) + (stats.get(pid)?.ticksOfEnded ?? 0), 0)
  return {
    cpuSeconds: ticks / ticksPerSecond,
    rssMb: Math.round(family.reduce((sum, pid) => sum + readRssMb(pid), 0)),
    processes: family.length,
  }
}

/** Seconds that the machine's processors were busy so far, whoever kept them busy. */
export function readMachineBusySeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n')
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return (user + nice + system + irq + softirq + steal) / ticksPerSecond
}

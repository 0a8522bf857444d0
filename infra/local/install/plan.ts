import type { Program } from './binaries.ts'

/** What decides how missing programs can come. */
export type Machine = {
  root: boolean
  /** Debian, Ubuntu, and whatever else has apt-get. */
  apt: boolean
  /** A Docker engine answers and has `docker compose`. */
  docker: boolean
}

export type Plan =
  | { kind: 'nothing' }
  | { kind: 'apt'; packages: Program[] }
  /** Containers stand in for the servers; `byHand` has no container. */
  | { kind: 'compose'; byHand: Program[] }
  | { kind: 'by-hand'; packages: Program[] }

const servers: readonly Program[] = ['nats-server', 'redis-server', 'postgresql']

/** How what is missing comes to this machine, best way first. */
export function planInstall(missing: Program[], machine: Machine): Plan {
  const canUseApt = machine.root && machine.apt
  const serversMissing = missing.some((program) => servers.includes(program))
  if (missing.length === 0) return { kind: 'nothing' }
  if (canUseApt) return { kind: 'apt', packages: missing }
  if (serversMissing && machine.docker)
    return { kind: 'compose', byHand: missing.filter((program) => !servers.includes(program)) }
  return { kind: 'by-hand', packages: missing }
}

/** The arguments of `apt-get` that bring the packages, one run after the other. */
export const aptRuns = (packages: readonly Program[]): string[][] => [
  ['update', '-o', 'DPkg::Lock::Timeout=120'],
  ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...packages],
]

/** The line that an ordinary user hands to whoever may install. */
export const installByHand = (packages: readonly Program[]): string =>
  `sudo apt-get install --no-install-recommends ${packages.join(' ')}`

import { existsSync } from 'node:fs'
import { runVisibly } from '../process/visible.ts'
import { Refusal } from '../refusal.ts'
import { texts } from '../terminal.ts'
import type { Program } from './binaries.ts'
import { holdDaemons } from './hold-daemons.ts'
import { aptRuns } from './plan.ts'

const daemons = new Map<Program, string>([
  ['nats-server', 'nats-server.service'],
  ['redis-server', 'redis-server.service'],
  ['nginx', 'nginx.service'],
])

/**
 * Installs Debian packages as root, its progress on this terminal. No daemon starts, now or with the machine: Parley runs the servers
 * itself. An apt-get that is interrupted is waited for, so that it leaves things in order.
 * @throws Refusal when apt-get fails
 */
export async function installWithApt(packages: readonly Program[], signal: AbortSignal): Promise<void> {
  using _held = holdDaemons()
  for (const args of aptRuns(packages)) {
    signal.throwIfAborted()
    const code = await runVisibly('apt-get', args, { DEBIAN_FRONTEND: 'noninteractive' })
    if (code !== 0) throw new Refusal(texts.commandFailed(`apt-get ${args.join(' ')}`, code))
  }
  const units = packages.flatMap((program) => daemons.get(program) ?? [])
  if (units.length > 0 && existsSync('/usr/bin/systemctl'))
    await runVisibly('systemctl', ['--quiet', 'disable', ...units])
}

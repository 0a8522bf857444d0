import { existsSync } from 'node:fs'
import { missingPrograms, type Program } from './binaries.ts'
import { dockerAnswers } from './docker.ts'
import { installWithApt } from './apt.ts'
import { installByHand, planInstall } from './plan.ts'
import { Refusal } from '../refusal.ts'
import { say, texts } from '../terminal.ts'

/** Where the servers that Parley needs can be run. */
export type ServersFrom = 'programs' | 'containers'

export type EnsureOptions = {
  /** Whether containers will do instead of the servers' programs. */
  containers: boolean
  signal: AbortSignal
}

/**
 * Sees to it that the machine has what is needed, and says what it does.
 * @throws Refusal with the command to run, when it may not install by itself
 */
export async function ensurePrograms(
  needed: readonly Program[],
  { containers, signal }: EnsureOptions,
): Promise<ServersFrom> {
  const missing = missingPrograms(needed)
  if (missing.length === 0) return 'programs'
  const root = process.getuid?.() === 0
  const apt = existsSync('/usr/bin/apt-get')
  const plan = planInstall(missing, { root, apt, docker: containers && !(root && apt) && (await dockerAnswers()) })
  switch (plan.kind) {
    case 'nothing':
      return 'programs'
    case 'apt':
      say(texts.installing(plan.packages))
      await installWithApt(plan.packages, signal)
      return installed(needed)
    case 'compose':
      if (plan.byHand.length > 0) say(texts.noContainerFor(plan.byHand, installByHand(plan.byHand)))
      return 'containers'
    case 'by-hand':
      throw new Refusal(texts.missing(plan.packages, installByHand(plan.packages)))
  }
}

function installed(needed: readonly Program[]): ServersFrom {
  const missing = missingPrograms(needed)
  if (missing.length > 0) throw new Refusal(texts.stillMissing(missing))
  return 'programs'
}

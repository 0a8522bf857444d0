import type { Bus } from '@parley/bus'
import { authMfa, Problem } from '@parley/contracts'

/** Who must show a second factor for what needs a recent one: whoever has one, or everybody. */
export type StepUpPolicy = 'enrolled' | 'required'

/** @throws Problem `second-factor-required` for a session that has not shown its second factor just now */
export async function demandStepUp(bus: Bus, policy: StepUpPolicy): Promise<void> {
  const { recent, enrolled } = await bus.request(authMfa.readStepUp, {})
  if (recent || (policy === 'enrolled' && !enrolled)) return
  const detail = enrolled ? 'Show your second factor again' : 'This needs a second factor: set one up first'
  throw new Problem('second-factor-required', detail)
}

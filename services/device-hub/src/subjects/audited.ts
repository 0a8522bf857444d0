import type { Bus } from '@parley/bus'
import { audit, toProblem, type Person } from '@parley/contracts'
import type { Logger } from '@parley/service-kit'

type Context = { identity: Person }

/**
 * A handler of something that has to be proven afterwards: however it ends, it is written down, as done by whoever asked. Nobody
 * waits for that: what cannot be written is in the log.
 * @param deviceOf what it was done to
 */
export function createAudited(bus: Bus, log: Logger) {
  return <Input, Output, Given extends Context>(
    action: string,
    handler: (input: Input, context: Given) => Promise<Output>,
    deviceOf: (input: Input, output: Output | undefined) => string | undefined,
  ) =>
    async (input: Input, context: Given): Promise<Output> => {
      function note(outcome: string, output: Output | undefined) {
        const deviceId = deviceOf(input, output)
        const target = deviceId === undefined ? {} : { target: { kind: 'device', id: deviceId } }
        bus
          .request(audit.note, { action, ...target, outcome })
          .catch((error: unknown) => log.warn({ error, action, outcome }, 'what happened was not noted'))
      }
      try {
        const output = await handler(input, context)
        note('done', output)
        return output
      } catch (error) {
        note(toProblem(error).code, undefined)
        throw error
      }
    }
}

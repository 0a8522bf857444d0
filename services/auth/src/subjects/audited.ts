import { toProblem, type Client } from '@parley/contracts'
import type { Note } from '../domain/ports.ts'

type Asked = { client?: Client | undefined }

/**
 * A handler of something that is tried from outside: however it ends, it is written down, with the address that it came from.
 * @param userOf whom it turned out to be about
 */
export function createAudited(note: Note) {
  return <Input extends Asked, Output, Rest extends unknown[]>(
    action: string,
    handler: (input: Input, ...rest: Rest) => Promise<Output>,
    userOf: (output: Output) => string | undefined = () => undefined,
  ) =>
    async (input: Input, ...rest: Rest): Promise<Output> => {
      const address = input.client?.address
      try {
        const output = await handler(input, ...rest)
        await note({ action, userId: userOf(output), address })
        return output
      } catch (error) {
        await note({ action, outcome: toProblem(error).code, address })
        throw error
      }
    }
}

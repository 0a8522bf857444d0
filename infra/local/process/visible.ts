import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Runs a command whose progress shows on this terminal, without input.
 * @returns its exit code; 1 when a signal ended it
 */
export async function runVisibly(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<number> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}

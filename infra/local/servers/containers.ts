import { fileURLToPath } from 'node:url'
import { dockerAnswers } from '../install/docker.ts'
import { runVisibly } from '../process/visible.ts'
import { Refusal } from '../refusal.ts'
import { texts } from '../terminal.ts'

const file = fileURLToPath(new URL('../compose.yml', import.meta.url))

export type Containers = {
  /** Names the containers and volumes of one clone. */
  project: string
  /** The password and ports that `compose.yml` asks for. */
  environment: Record<string, string>
}

/** The arguments of `docker` that do something with the containers of a project. */
export const composeArguments = (project: string, ...rest: string[]): string[] => [
  'compose',
  '-f',
  file,
  '-p',
  project,
  ...rest,
]

/**
 * Starts servers in containers and waits until they are healthy; disposing of them keeps their data.
 * @throws Refusal when there is no engine, or a container does not become healthy
 */
export async function startContainers(
  names: readonly string[],
  containers: Containers,
  fresh: boolean,
): Promise<AsyncDisposable> {
  if (!(await dockerAnswers())) throw new Refusal(texts.noDocker)
  if (fresh) await compose(containers, 'down', '--volumes')
  const stop = () => compose(containers, 'stop')
  try {
    await compose(containers, 'up', '--detach', '--wait', ...names)
  } catch (error) {
    await stop()
    throw error
  }
  return { [Symbol.asyncDispose]: stop }
}

async function compose({ project, environment }: Containers, ...rest: string[]): Promise<void> {
  const args = composeArguments(project, ...rest)
  const code = await runVisibly('docker', args, environment)
  if (code !== 0) throw new Refusal(texts.commandFailed(`docker ${args.join(' ')}`, code))
}

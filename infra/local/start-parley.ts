import { addressLines } from './addresses.ts'
import { forServices } from './environment.ts'
import { neededServers, runContainers, runServers, type Infrastructure } from './infrastructure.ts'
import type { Program } from './install/binaries.ts'
import { ensurePrograms } from './install/install.ts'
import { Refusal } from './refusal.ts'
import { runServices } from './run-services.ts'
import { placeServices, type PlacedService, type Service } from './services.ts'
import { forgetData } from './state/forget.ts'
import { stopLeftovers } from './state/leftovers.ts'
import { localPaths, type LocalPaths } from './state/paths.ts'
import { claimRunning, type Claim } from './state/running.ts'
import { keepSecrets, type Secrets } from './state/secrets.ts'
import { say, texts } from './terminal.ts'

export type StartOptions = {
  clone: string
  services: readonly Service[]
  environment: NodeJS.ProcessEnv
  /** Where to keep the data, when it shall not be that of `npm start`. */
  state?: string
  /** Forget all data first. */
  fresh?: boolean
  /** Run the servers in containers even where their programs are. */
  docker?: boolean
  /** Ends a start that is under way. */
  signal: AbortSignal
}

/** Everything runs and is ready. Disposing ends the services first, then the servers they need. */
export type Parley = AsyncDisposable & { addresses: string[] }

const speech: readonly Program[] = ['espeak-ng', 'pocketsphinx', 'pocketsphinx-en-us']

/**
 * Starts what is needed and every service, and waits until all are ready. When something fails, what was started is ended again.
 * @throws Refusal in words for whoever typed the command
 */
export async function startParley(options: StartOptions): Promise<Parley> {
  const { environment, signal } = options
  const paths = localPaths(options.clone, undefined, options.state)
  const secrets = keepSecrets(paths.secrets, environment)
  await using started = new AsyncDisposableStack()
  const claim = started.use(await claimClone(paths))
  const services = await placeServices(options.services, environment)
  const { urls, urlsOf } = started.use(await startInfrastructure(options, paths, secrets, claim))
  signal.throwIfAborted()
  say(texts.starting(services.map(({ name }) => name)))
  const { PARLEY_PASSWORD: _, ...tokenSecrets } = secrets
  const publicUrl = publicUrlOf(services)
  const given = {
    ...(publicUrl && { PUBLIC_URL: publicUrl, OBJECT_STORE_PUBLIC_URL: publicUrl }),
    ...forServices(environment),
    ...urls,
    ...tokenSecrets,
    PARLEY_DATA_DIR: paths.data,
  }
  const environmentOf = (service: string) => ({ ...given, ...urlsOf(service) })
  started.use(await runServices({ services, paths, environmentOf, claim, signal }))
  const addresses = addressLines(services, paths)
  claim.setAddresses(addresses)
  const all = started.move()
  return { addresses, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

/** Where links lead that services make; undefined when there is no gateway among them. */
function publicUrlOf(services: readonly PlacedService[]): string | undefined {
  const port = services.find(({ name }) => name === 'gateway')?.port
  return port === undefined ? undefined : `http://127.0.0.1:${port}`
}

async function claimClone(paths: LocalPaths): Promise<Claim> {
  const answer = claimRunning(paths.running)
  if ('running' in answer) throw new Refusal(texts.alreadyRunning(answer.running.pid, answer.running.addresses))
  if (answer.leftovers.length > 0) say(texts.leftovers(answer.leftovers.map(({ name }) => name)))
  await stopLeftovers(answer.leftovers)
  return answer.claim
}

async function startInfrastructure(
  options: StartOptions,
  paths: LocalPaths,
  secrets: Secrets,
  claim: Claim,
): Promise<Infrastructure> {
  const { environment, fresh = false, docker = false, signal } = options
  const needed = neededServers(environment)
  const programs = docker ? speech : [...needed.map(({ program }) => program), ...speech]
  const from = await ensurePrograms(programs, { containers: true, signal })
  signal.throwIfAborted()
  if (fresh) {
    say(texts.forgetting)
    await forgetData(paths)
  }
  if (needed.length > 0) say(texts.starting(needed.map(({ name }) => name)))
  return docker || from === 'containers'
    ? runContainers(needed, paths, secrets, fresh)
    : runServers(needed, paths, claim)
}

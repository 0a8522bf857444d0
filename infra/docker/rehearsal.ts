import { chmodSync, copyFileSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild, waitUntilReady, type Child } from '@parley/local-infrastructure'
import { toolEnvironment } from '@parley/local-infrastructure/tool-environment'
import { buildStage, type Built, type Context } from './build.ts'
import { readDockerfile } from './dockerfile.ts'
import { readIgnoreRules } from './ignore.ts'

const root = join(import.meta.dirname, '../..')
const readyWithinMs = 30_000

/** An image that was built in a plain folder, which goes when this is disposed of. */
export type Image = Disposable & {
  /** What stands for its `/`. */
  readonly folder: string
  /** Its working directory. */
  readonly workdir: string
  /** Runs another command in it than its own, as `kubectl` or `docker run` would; gives the exit code and what it printed. */
  run: (command: string[], environment: Record<string, string>) => Promise<{ code: number | null; output: string }>
  /** Starts what the image starts, and waits until it says that it is ready. */
  start: (environment: Record<string, string> & { INTERNAL_PORT: string }) => Promise<Child>
}

/**
 * Carries out the Dockerfile for a service: every step of every stage, in folders of their own. Nothing is downloaded that the store of
 * pnpm already has.
 * @throws Error naming the step that failed
 */
export async function rehearse(service: string, say: (line: string) => void = () => undefined): Promise<Image> {
  const { args, stages } = readDockerfile(readFileSync(join(import.meta.dirname, 'Dockerfile'), 'utf8'))
  const home = mkdtempSync(join(tmpdir(), 'parley-image-'))
  // The service runs as another user, who has to get here.
  chmodSync(home, 0o755)
  try {
    const machine = machineOf(home)
    const context: Context = {
      root,
      rules: readIgnoreRules(readFileSync(join(root, '.dockerignore'), 'utf8')),
      stages: home,
      args: { ...Object.fromEntries(args), SERVICE: service },
      machine,
      say,
    }
    let image: Built | undefined
    for (const stage of stages) image = await buildStage(stage, context)
    if (!image) throw new Error('The Dockerfile has no stage')
    return toImage(image, home, machine)
  } catch (error) {
    rmSync(home, { recursive: true, force: true })
    throw error
  }
}

/** What the base image has: this Node, and programs. `apt-get` only looks. */
function machineOf(home: string): NodeJS.ProcessEnv {
  const programs = join(home, 'programs')
  mkdirSync(programs)
  copyFileSync(process.execPath, join(programs, 'node'), constants.COPYFILE_FICLONE)
  const { PATH, ...rest } = toolEnvironment(root, process.env)
  // What npm and pnpm have on this machine is good enough: a rehearsal works without the network then.
  const offline = { npm_config_prefer_offline: 'true', pnpm_config_prefer_offline: 'true' }
  return { ...rest, ...offline, PATH: `${programs}:${join(import.meta.dirname, 'stand-ins')}:${PATH}` }
}

function toImage(built: Built, home: string, machine: NodeJS.ProcessEnv): Image {
  const workdir = join(built.folder, built.workdir)
  const begin = (command: string[], environment: Record<string, string>) =>
    startChild({
      command: command[0] ?? '',
      args: command.slice(1),
      cwd: workdir,
      env: { TMPDIR: tmpdir(), ...built.environment, ...environment, PATH: machine.PATH },
      output: 'pipe',
      ...toUser(built.user),
    })

  return {
    folder: built.folder,
    workdir,
    run: async (command, environment) => {
      const child = await begin(command, environment)
      const output = collect(child)
      const { code } = await child.exited
      return { code, output: output() }
    },
    start: async (environment) => {
      const child = await begin(built.command, environment)
      const output = collect(child)
      const over = new AbortController()
      void child.exited.then(({ code }) => over.abort(new Error(`it ended with code ${code}`)))
      try {
        const signal = AbortSignal.any([over.signal, AbortSignal.timeout(readyWithinMs)])
        await waitUntilReady(Number(environment.INTERNAL_PORT), signal)
      } catch (error) {
        await child.stop()
        throw new Error(`The service does not get ready: ${String(over.signal.reason ?? error)}\n${output()}`, {
          cause: error,
        })
      }
      return child
    },
    [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }),
  }
}

/** Root becomes the user of the image; others cannot. */
function toUser(user: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = user.split(':').map(Number)
  return { ...(uid && { uid }), ...(gid && { gid }) }
}

function collect(child: Child): () => string {
  const parts: string[] = []
  for (const output of child.outputs) output.on('data', (chunk: Buffer) => parts.push(chunk.toString()))
  return () => parts.join('')
}

import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { expand, refuse, splitAssignment, type Instruction, type Stage } from './dockerfile.ts'
import { copyContext, type readIgnoreRules } from './ignore.ts'

const run = promisify(execFile)
const slowestStepMs = 120_000

export type Context = {
  /** The folder that is built from, and what of it is ignored. */
  root: string
  rules: ReturnType<typeof readIgnoreRules>
  /** Where the stages are; each has a folder that stands for its `/`. */
  stages: string
  /** What `--build-arg` and the `ARG`s before the first stage say. */
  args: Record<string, string>
  /** The environment that steps find on this machine. */
  machine: NodeJS.ProcessEnv
  say: (line: string) => void
}

/** A stage that is built: what an image of it would start with. */
export type Built = {
  folder: string
  workdir: string
  environment: Record<string, string>
  user: string
  command: string[]
}

/**
 * Carries out the steps of a stage in a folder that stands for the root of its file system.
 * @throws Error naming the step that failed, with what it printed
 */
export async function buildStage(stage: Stage, context: Context): Promise<Built> {
  const folder = join(context.stages, stage.name)
  mkdirSync(folder, { recursive: true })
  const built: Built = { folder, workdir: '/', environment: {}, user: '', command: [] }
  const args: Record<string, string> = {}
  for (const instruction of stage.instructions) {
    context.say(`[${stage.name}] ${instruction.name} ${instruction.text}`)
    await steps[instruction.name]?.(instruction, { built, args, context })
  }
  return built
}

type Step = (
  instruction: Instruction,
  given: { built: Built; args: Record<string, string>; context: Context },
) => unknown

const steps: Record<string, Step> = {
  ARG: ({ text }, { args, context }) => {
    const [name, otherwise] = splitAssignment(text)
    args[name] = context.args[name] ?? otherwise
  },
  ENV: ({ text }, { built, args }) => {
    const values = { ...args, ...built.environment }
    for (const assignment of expand(text, values).split(/\s+/)) {
      const [name, value] = splitAssignment(assignment)
      built.environment[name] = value
    }
  },
  WORKDIR: (instruction, { built, args }) => {
    const path = expand(instruction.text, { ...args, ...built.environment })
    if (!path.startsWith('/')) throw refuse(instruction, 'must be an absolute path')
    built.workdir = path
    mkdirSync(join(built.folder, path), { recursive: true })
  },
  COPY: (instruction, { built, args, context }) => {
    const words = expand(instruction.text, { ...args, ...built.environment }).split(/\s+/)
    const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined
    const target = words.pop()
    if (target === undefined || words.length === 0) throw refuse(instruction, 'needs a source and a target')
    const to = join(built.folder, built.workdir, target)
    for (const source of words) {
      if (from === undefined) copyFromContext(source, to, context)
      else copyInto(join(context.stages, from, source), to)
    }
  },
  RUN: async (instruction, { built, args, context }) => {
    const command = instruction.text.replace(/^(--mount=\S+\s+)+/, '')
    const options = {
      cwd: join(built.folder, built.workdir),
      env: { ...context.machine, ...args, ...built.environment },
      timeout: slowestStepMs,
    }
    await run('/bin/sh', ['-c', command], options).catch((error: Error & { stdout?: string; stderr?: string }) => {
      throw refuse(instruction, `failed:\n${error.stdout ?? ''}${error.stderr || error.message}`)
    })
  },
  USER: ({ text }, { built }) => {
    built.user = text
  },
  CMD: (instruction, { built }) => {
    if (!instruction.text.startsWith('['))
      throw refuse(instruction, 'must be a list: a shell would swallow the signals')
    built.command = JSON.parse(instruction.text) as string[]
  },
}

function copyFromContext(source: string, to: string, { root, rules }: Context): void {
  if (source === '.') copyContext(root, to, rules)
  else copyInto(join(root, source), to)
}

/** A folder's contents, or a file, into a folder. */
function copyInto(source: string, to: string): void {
  if (!existsSync(source)) throw new Error(`COPY: there is no ${source}`)
  const isFile = /\.\w+$/.test(basename(source))
  cpSync(source, isFile ? join(to, basename(source)) : to, { recursive: true, verbatimSymlinks: true })
}

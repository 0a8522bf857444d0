import { programs } from './install/binaries.ts'
import { ensurePrograms } from './install/install.ts'
import { Refusal } from './refusal.ts'
import { say, texts } from './terminal.ts'
import { pnpm, root } from './toolchain/project.mjs'
import { runForwarding } from './toolchain/run-forwarding.mjs'
import { toolEnvironment } from './toolchain/tool-environment.mjs'

const everything = ['generate', 'typecheck', 'lint', 'format', 'dead-code', 'tests']

/** All checks; with arguments only the tests, which get them (a folder, `-t name`). */
async function main(args: string[]): Promise<number> {
  await ensurePrograms(programs, { containers: false, signal: new AbortController().signal })
  const [command, ...runner] = [...pnpm, 'exec', 'turbo', 'run']
  const tasks = args.length > 0 ? ['tests', '--', ...args] : everything
  say(texts.checking(args.length > 0 ? ['tests'] : everything))
  const env = toolEnvironment(root, process.env)
  return runForwarding(command, [...runner, ...tasks], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.exitCode = 1
  console.error(error instanceof Refusal ? `\n${error.message}` : error)
}

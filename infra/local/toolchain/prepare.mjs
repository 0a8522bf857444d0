import { existsSync } from 'node:fs'
import { node24, pnpm } from './project.mjs'
import { generateClients, haveClients } from './prisma-clients.mjs'
import { runForwarding } from './run-forwarding.mjs'
import { currentStamp, readStamp, removeStamp, writeStamp } from './stamp.mjs'
import { toolEnvironment } from './tool-environment.mjs'

/**
 * Makes the clone ready to run: its packages (Node 24 among them) and database clients. Does nothing when both are as the manifests
 * and schemas want them; what fails leaves no stamp, so that the next run tries again.
 * @param {string} clone
 * @returns {Promise<number>} 0 when ready, else the exit code to end with; the reason is on the terminal
 */
export async function prepare(clone) {
  const wanted = currentStamp(clone)
  const kept = readStamp(clone)
  const installed = kept.packages === wanted.packages && existsSync(node24(clone))
  if (installed && kept.clients === wanted.clients && haveClients(clone)) return 0
  removeStamp(clone)
  if (!installed) {
    const code = await installPackages(clone)
    if (code !== 0) return code
  }
  console.log('Generating database clients')
  try {
    await generateClients(clone)
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error), 1)
  }
  writeStamp(clone, wanted)
  return 0
}

/** @param {string} clone */
async function installPackages(clone) {
  const [command, ...args] = [...pnpm, 'install', '--frozen-lockfile', '--config.confirmModulesPurge=false']
  console.log(`Installing packages: ${command} ${args.join(' ')}`)
  const options = { cwd: clone, env: toolEnvironment(clone, process.env) }
  try {
    const code = await runForwarding(command, args, options)
    if (code !== 0)
      return failed(`The packages could not be installed: pnpm ended with code ${code}, its reason is above.`, code)
  } catch (error) {
    return failed(
      `The packages could not be installed: ${command} does not run (${String(error)}). It comes with npm.`,
      1,
    )
  }
  if (existsSync(node24(clone))) return 0
  return failed('The packages are there, but not Node 24: the install script of the package `node` did not run.', 1)
}

/** @param {string} reason @param {number} code */
function failed(reason, code) {
  console.error(reason)
  return code
}

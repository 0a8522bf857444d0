// The one file that runs on whatever Node the machine has (18 or newer): it brings Node 24, then hands over to it.
import { join } from 'node:path'
import { node24, root } from './toolchain/project.mjs'
import { prepare } from './toolchain/prepare.mjs'
import { runForwarding } from './toolchain/run-forwarding.mjs'

const programs = new Map([
  ['start', 'infra/local/start.ts'],
  ['talk', 'apps/talk/talk.ts'],
  ['test', 'infra/local/test.ts'],
  ['tour', 'apps/tour/tour.ts'],
])

const [name = '', ...args] = process.argv.slice(2)
const program = programs.get(name)
if (program) {
  process.exitCode = (await prepare(root)) || (await runForwarding(node24(root), [join(root, program), ...args]))
} else {
  console.error(`Usage: node infra/local/bootstrap.mjs ${[...programs.keys()].join('|')} [arguments]`)
  process.exitCode = 2
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensurePrograms, forgetData, freePort, localPaths, services, startParley } from '@parley/local-infrastructure'
import { firstMissing, readTour, type Step } from './read-tour.ts'
import { openShell, type Shell } from './shell.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const stepTimeoutMs = 60_000
/** What a stranger's terminal must not bring in. */
const own = /^(npm_|NATS_URL$|REDIS_URL$|DATABASE_URL$|LLM_|KIMI_|DEEPSEEK_|AUDIO_|DEVICE_|GATEWAY_|RATE_LIMIT_)/i

/** Does what a reader of the README would do, on a Parley of its own, and looks whether they would see what it says. */
async function main(): Promise<boolean> {
  const { steps } = readTour(readFileSync(join(root, 'README.md'), 'utf8'))
  await ensurePrograms(['curl'], { containers: false, signal: new AbortController().signal })
  await using stack = new AsyncDisposableStack()
  const state = mkdtempSync(join(tmpdir(), 'parley-tour-'))
  stack.defer(async () => {
    await forgetData(localPaths(root, undefined, state))
    rmSync(state, { recursive: true, force: true })
  })
  const ports = await choosePorts()
  const outer = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)))
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  stack.use(
    await startParley({ clone: root, state, services, environment: { ...outer, ...ports }, signal: stop.signal }),
  )
  const api = `http://127.0.0.1:${ports['GATEWAY_PORT']}`
  const hub = `http://127.0.0.1:${ports['DEVICE_HUB_PORT']}`
  const env = { ...outer, PARLEY_OTA_URL: `${hub}/xiaozhi/ota/` }
  const shell = stack.use(openShell(root, env))
  const here = (text: string) => text.replaceAll('http://127.0.0.1:8080', api).replaceAll('http://127.0.0.1:8000', hub)

  for (const step of steps) if (!(await take(step, shell, here))) return false
  return true
}

async function choosePorts(): Promise<Record<string, string>> {
  const variables = services.flatMap(({ publicPort, internalPort }) =>
    [publicPort, internalPort].flatMap((port) => port ?? []),
  )
  const ports = await Promise.all(variables.map(async ({ variable }) => [variable, String(await freePort())] as const))
  return Object.fromEntries(ports)
}

/** Whether the step is true; what is not is said. `npm start` is running already. */
async function take(
  { title, commands, expected }: Step,
  shell: Shell,
  here: (text: string) => string,
): Promise<boolean> {
  if (/^npm start\b/m.test(commands)) return true
  console.log(`\n── ${title}`)
  const { output, code } = await shell.run(here(commands), stepTimeoutMs)
  console.log(output.trimEnd())
  const missing = firstMissing(expected.map(here), output)
  if (code === 0 && missing === undefined) return true
  console.error(code === 0 ? `\nThe README says one sees:\n  ${missing}` : `\nA command ended with code ${code}.`)
  return false
}

const isTrue = await main()
process.exitCode = isTrue ? 0 : 1
console.log(isTrue ? '\nEvery step of the tour is true.' : '\nThe tour is not true.')

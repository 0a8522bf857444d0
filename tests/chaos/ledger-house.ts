import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Bus } from '@parley/bus'
import { freePort, startPostgres } from '@parley/local-infrastructure'
import { openCornerBus } from '@parley/test-caller'
import { cornerEnvironment, openCorner } from '@parley/testkit'

const root = join(import.meta.dirname, '..', '..')

/** Two processes of billing on a PostgreSQL of their own, which keeps what it promises: all of them can be killed. */
export type LedgerHouse = AsyncDisposable & {
  bus: Bus
  /** Kills a process of billing in the middle of whatever it does, and starts another one. */
  killBilling: (instance: number) => Promise<void>
  /** Ends PostgreSQL in order, or kills it; and starts it again. */
  restartDatabase: (how: 'stop' | 'kill') => Promise<void>
}

export async function openLedgerHouse(): Promise<LedgerHouse> {
  await using stack = new AsyncDisposableStack()
  const corner = stack.use(await openCorner())
  const dir = await mkdtemp(join(tmpdir(), 'parley-ledger-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  const port = await freePort()
  let postgres = await startPostgres({ dir, port })
  stack.defer(() => postgres.stop())

  const instances: ChildProcess[] = []
  stack.defer(async () => {
    for (const child of instances) await end(child, 'SIGTERM')
  })
  async function startBilling(instance: number) {
    const internalPort = await freePort()
    const environment = {
      ...cornerEnvironment(corner),
      DATABASE_URL: postgres.url,
      INTERNAL_PORT: String(internalPort),
      CREDITS_SWEEP_EVERY_S: '1',
      DATABASE_POOL_SIZE: '4',
      LOG_LEVEL: 'silent',
    }
    // Without a database a service does not start: whoever runs it starts it again.
    for (;;) {
      const child = spawn(process.execPath, [join(root, 'services/billing/src/main.ts')], {
        env: { PATH: process.env['PATH'] ?? '', ...environment },
        stdio: 'ignore',
      })
      instances[instance] = child
      if (await isReady(child, internalPort)) return
    }
  }
  await startBilling(0)
  await startBilling(1)
  const bus = stack.use(await openCornerBus(corner))
  const owned = stack.move()
  return {
    bus,
    killBilling: async (instance) => {
      await end(instances[instance], 'SIGKILL')
      await startBilling(instance)
    },
    restartDatabase: async (how) => {
      if (how === 'kill') process.kill(postgres.pid, 'SIGKILL')
      else await postgres.stop()
      await postgres.exited
      postgres = await startAgain(dir, port)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** What is left of a server that was killed lets go of its port and memory a moment later. */
async function startAgain(dir: string, port: number) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startPostgres({ dir, port })
    } catch (error) {
      if (attempt === 40) throw error
      await delay(250)
    }
  }
}

async function end(child: ChildProcess | undefined, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}

async function isReady(child: ChildProcess, port: number): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (answer?.ok) return true
    await delay(50)
  }
  return false
}

import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { freePort } from '@parley/local-infrastructure'
import { connectIdle, toMac, TurnedAway, type IdleDevice } from './device-hub/device.ts'
import { startHubStack } from './device-hub/stack.ts'
import { readFacts } from './measure/facts.ts'
import { endOnInterrupt } from './measure/interrupt.ts'
import { startProcess, type Running } from './measure/processes.ts'
import { say, writeResult } from './measure/results.ts'
import { round, spread } from './measure/statistics.ts'

/** What an idle device costs in memory beside a bare WebSocket, and how fast devices are back when an instance dies. */
const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '5000' },
    storm: { type: 'string', default: '2000' },
  },
})
const [devices, storm] = [Number(values.devices), Number(values.storm)]
const connectAtOnce = 50
const warmUp = 300

endOnInterrupt()
const facts = readFacts()
await using stack = await startHubStack()
const generous = { DEVICE_ACCEPT_PER_SECOND: '100000', MAX_CONNECTIONS: '100000', DEVICE_IDLE_CLOSE_MS: '0' }
const hub = await stack.startHub('bench/idle-sockets/hub.ts', generous)
const barePort = await freePort()
await using bare = await startProcess({
  entry: 'bench/idle-sockets/bare.ts',
  args: [String(barePort)],
  log: join(stack.dir, 'bare.log'),
})
await once(bare.child, 'message')

const sides = [
  { name: 'bare ws', process: bare, url: `ws://127.0.0.1:${barePort}/`, settles: false },
  { name: 'device-hub', process: hub, url: hub.url, settles: true },
]
const memory: Record<string, { perDeviceKb: number; heapPerDeviceKb: number; baseMb: number }> = {}
for (const [series, { name, process: server, url, settles }] of sides.entries()) {
  await leave(await gather(url, 10 + series, warmUp, settles))
  const before = await askMemory(server)
  const crowd = await gather(url, series, devices, settles)
  await delay(2_000)
  const after = await askMemory(server)
  memory[name] = {
    perDeviceKb: round((after.rss - before.rss) / devices / 1_024),
    heapPerDeviceKb: round((after.heapUsed - before.heapUsed) / devices / 1_024),
    baseMb: round(before.rss / 2 ** 20),
  }
  say(`${name}: ${JSON.stringify(memory[name])}`)
  await leave(crowd)
}
const ratio = round((memory['device-hub']?.perDeviceKb ?? 0) / (memory['bare ws']?.perDeviceKb ?? 1))
say(`device-hub / bare ws: ${ratio} (goal: at most 3)`)

const reconnect = await weather()
say(`${storm} devices back: ${JSON.stringify(reconnect)} (goal: all within 20 s)`)
await writeResult('idle-sockets', { facts, devices, memory, ratio, storm, reconnect })

async function askMemory({ child }: Running): Promise<{ rss: number; heapUsed: number }> {
  const answer = once(child, 'message')
  child.send('memory')
  return ((await answer) as [{ rss: number; heapUsed: number }])[0]
}

async function gather(url: string, series: number, count: number, settles: boolean): Promise<IdleDevice[]> {
  const crowd: IdleDevice[] = []
  for (let at = 0; at < count; at += connectAtOnce) {
    const some = Array.from({ length: Math.min(connectAtOnce, count - at) }, (_, index) =>
      connectIdle(url, toMac(series, at + index)),
    )
    crowd.push(...(await Promise.all(some)))
  }
  if (settles) await Promise.all(crowd.map(({ settled }) => settled))
  return crowd
}

async function leave(crowd: IdleDevice[]): Promise<void> {
  for (const { socket } of crowd) socket.terminate()
  await Promise.all(crowd.map(({ gone }) => gone))
  await delay(1_000)
}

/** An instance dies with everybody on it; they come to another one, which has the limits that it has by default. */
async function weather() {
  const [dying, other] = [
    await stack.startHub('bench/idle-sockets/hub.ts', generous),
    await stack.startHub('bench/idle-sockets/hub.ts'),
  ]
  const crowd = await gather(dying.url, 5, storm, true)
  dying.child.kill('SIGKILL')
  await Promise.all(crowd.map(({ gone }) => gone))
  const startedAt = performance.now()
  let turnedAway = 0
  const backAfter = await Promise.all(
    crowd.map(async (_, index) => {
      for (;;) {
        const device = await connectIdle(other.url, toMac(5, index)).catch((error: unknown) => error)
        if (device instanceof TurnedAway) {
          turnedAway++
          // A client comes back when it was told to, not to the millisecond.
          await delay(device.retryAfterMs + Math.random() * 1_000)
        } else if (device instanceof Error) throw device
        else {
          await (device as IdleDevice).settled
          return performance.now() - startedAt
        }
      }
    }),
  )
  return { turnedAway, backMs: spread(backAfter) }
}

import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { WebSocket } from 'ws'
import { toMac } from './device-hub/device.ts'
import { startHubStack } from './device-hub/stack.ts'
import { readFacts } from './measure/facts.ts'
import { endOnInterrupt } from './measure/interrupt.ts'
import { watchLoopLag } from './measure/loop-lag.ts'
import { startProcess } from './measure/processes.ts'
import { say, writeResult } from './measure/results.ts'
import { round, spread } from './measure/statistics.ts'
import { adhere } from './pacing/schedule.ts'

/** How well audio keeps its schedule at the socket, and how soon an abort is silence, with so many devices listening. */
const { values } = parseArgs({
  options: { devices: { type: 'string', default: '100' }, aborts: { type: 'string', default: '3' } },
})
const [devices, aborts] = [Number(values.devices), Number(values.aborts)]
const [sentences, framesPerSentence] = [6, 25]
const frameMs = 60
/** What a device of an unknown chip gets. */
const leadFrames = 2
const withinMs = 10

endOnInterrupt()
const facts = readFacts()
await using stack = await startHubStack()
const hub = await stack.startHub('bench/pacing/hub.ts', { DEVICE_ACCEPT_PER_SECOND: '100000' })
await using behind = await startProcess({
  entry: 'bench/pacing/behind.ts',
  args: [stack.natsUrl, String(sentences), String(framesPerSentence)],
  log: join(stack.dir, 'behind.log'),
})
await once(behind.child, 'message')

type Listener = { socket: WebSocket; frames: number[]; stops: number[] }
const listeners = await Promise.all(Array.from({ length: devices }, (_, index) => connect(toMac(6, index))))
const ask = ({ socket }: Listener) => socket.send(JSON.stringify({ type: 'listen', state: 'detect', text: 'go on' }))
const stopped = async (listener: Listener, count: number) => {
  while (listener.stops.length < count) await once(listener.socket, 'message')
}

await Promise.all(listeners.map(listen))
await takeWritten()
using lag = watchLoopLag()
lag.take()
await Promise.all(listeners.map(listen))
const pacing = judge(await takeWritten())
const generatorLag = lag.take()
say(`pacing: ${JSON.stringify(pacing)} (goal: 99 % within ±${withinMs} ms, none early)`)

const silences: number[] = []
let afterStop = 0
for (let turn = 0; turn < aborts; turn++) await Promise.all(listeners.map(interrupt))
const abort = { silenceMs: spread(silences), framesAfterStop: afterStop }
say(`abort: ${JSON.stringify(abort)} (goal: p95 at most 120 ms)`)
await writeResult('pacing', { facts, devices, leadFrames, pacing, abort, generatorLag })

async function connect(deviceId: string): Promise<Listener> {
  const headers = { 'Device-Id': deviceId, 'Client-Id': deviceId, 'Protocol-Version': '1' }
  const socket = new WebSocket(hub.url, { headers, perMessageDeflate: false, skipUTF8Validation: true })
  socket.setMaxListeners(50)
  const listener: Listener = { socket, frames: [], stops: [] }
  socket.on('message', (data, binary) => {
    if (binary) listener.frames.push(performance.now())
    else if ((data as Buffer).includes('"stop"')) listener.stops.push(performance.now())
  })
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'hello', version: 1, features: { mcp: false }, transport: 'websocket' }))
  await once(socket, 'message')
  return listener
}

/** One whole reply, each device in a phase of its own. */
async function listen(listener: Listener) {
  await delay(Math.random() * 2_000)
  const before = listener.stops.length
  ask(listener)
  await stopped(listener, before + 1)
}

/** A reply that is interrupted in the middle; from then on the device hears nothing any more. */
async function interrupt(listener: Listener) {
  await delay(Math.random() * 1_000)
  const before = listener.stops.length
  ask(listener)
  await delay(1_000 + Math.random() * 2_000)
  const abortedAt = performance.now()
  listener.socket.send(JSON.stringify({ type: 'abort' }))
  await stopped(listener, before + 1)
  const stoppedAt = listener.stops.at(-1) ?? Number.NaN
  await delay(300)
  const last = listener.frames.at(-1) ?? 0
  afterStop += listener.frames.filter((at) => at > stoppedAt).length
  silences.push(Math.max(stoppedAt, last) - abortedAt)
}

async function takeWritten(): Promise<number[][]> {
  const answer = once(hub.child, 'message')
  hub.child.send('written')
  return ((await answer) as [number[][]])[0]
}

function judge(written: number[][]) {
  const results = written.map((times) => adhere(times, { frameMs, leadFrames }))
  const offsets = results.flatMap(({ offsetsMs }) => offsetsMs)
  const within = offsets.filter((ms) => Math.abs(ms) <= withinMs).length
  return {
    frames: offsets.length,
    expectedFrames: devices * sentences * framesPerSentence,
    withinPercent: round((within / offsets.length) * 100),
    earlyBeyondLead: results.reduce((sum, { earlyBeyondLead }) => sum + earlyBeyondLead, 0),
    offsetMs: spread(offsets),
  }
}

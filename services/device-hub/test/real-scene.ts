import type { Bus } from '@parley/bus'
import {
  app,
  audio,
  chat,
  decodeUplink,
  type AppUpdate,
  type Heard,
  type ListenPart,
  type LookInput,
  type Manner,
  type ReplyInput,
  type ReplyPart,
} from '@parley/contracts'
import { createLogger } from '@parley/service-kit'
import { cornerEnvironment, openCorner, type Corner } from '@parley/testkit'
import { openCornerBus } from '@parley/test-caller'
import { connectDevice, type VirtualDevice, type VirtualDeviceSettings } from '@parley/testkit/device'
import { v7 as newId } from 'uuid'
import { createApp, type DeviceHub } from '../src/app.ts'
import { readHubConfig } from '../src/config.ts'

/** A packet that carries words: the recogniser of these tests hears them. Any other packet is silence. */
export const says = (words: string): Uint8Array => Buffer.from(`T:${words}`)
export const silence = Uint8Array.of(0xf8, 0xff, 0xfe)

/** How many silent packets end what was said, at 400 ms of silence and 60 ms a packet. */
export const silentPackets = 7

export type RealScene = AsyncDisposable & {
  bus: Bus
  corner: Corner
  hubs: DeviceHub[]
  /** Another instance; disposing the scene ends it. */
  openHub: (environment?: Record<string, string>) => Promise<DeviceHub>
  /** What happens in the services behind; to be changed by tests. */
  behind: Behind
  enrol: (deviceId: string, about?: object, hub?: DeviceHub) => Promise<{ token: string; body: OtaBody }>
  /** An enrolled device, connected. */
  connect: (about?: Partial<VirtualDeviceSettings> & { hub?: DeviceHub }) => Promise<VirtualDevice>
  newDeviceId: () => string
  updatesOf: (userId: string) => Promise<AppUpdate[]>
}

export type OtaBody = {
  websocket: { url: string; token: string; version: number }
  firmware: { version: string; url: string }
  server_time: { timestamp: number; timezone_offset: number }
  activation?: { code: string; message: string; challenge: string }
}

type Behind = {
  reply: (input: ReplyInput, signal: AbortSignal) => AsyncIterable<ReplyPart> | Iterable<ReplyPart>
  /** How many packets a sentence has. */
  frames: number
  manner: Manner
  partials: boolean
  look: (input: LookInput) => string
  readonly replies: ReplyInput[]
  readonly heard: Heard[]
  readonly limits: number[]
  readonly looks: LookInput[]
  readonly uplink: Uint8Array[]
}

export const started: ReplyPart = { type: 'started', conversationId: newId(), voice: {}, provider: 'fake' }
export const finished: ReplyPart = { type: 'finished', reason: 'stop' }
export const text = (words: string): ReplyPart => ({ type: 'text-delta', text: words })

/** The hub as it is, on real sockets, NATS, Redis and PostgreSQL; behind it services that do what a test says. */
export async function openRealScene(environment: Record<string, string> = {}): Promise<RealScene> {
  await using stack = new AsyncDisposableStack()
  const corner = stack.use(await openCorner())
  const bus = stack.use(await openCornerBus(corner))
  const behind: Behind = {
    reply: () => [started, text('One two three four. Five six seven eight.'), finished],
    frames: 3,
    manner: {},
    partials: false,
    look: () => 'A cat.',
    replies: [],
    heard: [],
    limits: [],
    looks: [],
    uplink: [],
  }
  serveBehind(bus, behind)
  await bus.flush()

  const hubs: DeviceHub[] = []
  const owned = new AsyncDisposableStack()
  stack.use(owned)
  const openHub = async (own: Record<string, string> = {}) => {
    const all = {
      ...cornerEnvironment(corner),
      DEVICE_HUB_PORT: '0',
      DEVICE_TOKEN_SECRET: 's'.repeat(32),
      DRAIN_MS: '500',
      ...environment,
      ...own,
    }
    const log = createLogger({ service: 'device-hub', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' })
    const hub = owned.use(await createApp(readHubConfig(all), { log }))
    hubs.push(hub)
    return hub
  }
  await openHub()

  const first = () => hubs[0] as DeviceHub
  let devices = 0
  const newDeviceId = () =>
    `02:00:00:00:${[++devices >> 8, devices & 0xff].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`

  const enrol: RealScene['enrol'] = async (deviceId, about = {}, hub = first()) => {
    const response = await fetch(`http://127.0.0.1:${hub.publicPort}/xiaozhi/ota/`, {
      method: 'POST',
      headers: { 'Device-Id': deviceId, 'Client-Id': 'one' },
      body: JSON.stringify(about),
    })
    const body = (await response.json()) as OtaBody
    return { token: body.websocket?.token ?? '', body }
  }
  const connect: RealScene['connect'] = async ({ hub = first(), deviceId = newDeviceId(), token, ...about } = {}) =>
    connectDevice({
      url: `ws://127.0.0.1:${hub.publicPort}/xiaozhi/v1/`,
      deviceId,
      clientId: 'one',
      token: token ?? (await enrol(deviceId)).token,
      ...about,
    })

  const moved = stack.move()
  return {
    bus,
    corner,
    hubs,
    openHub,
    behind,
    enrol,
    connect,
    newDeviceId,
    updatesOf: async (userId) => {
      const updates: AppUpdate[] = []
      moved.use(bus.on(app.update, (update) => void updates.push(update), { tokens: { userId } }))
      await bus.flush()
      return updates
    },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}

function serveBehind(bus: Bus, behind: Behind): void {
  const speak = async function* () {
    for (let frame = 0; frame < behind.frames; frame++) yield silence
  }
  bus.handle(audio.speak, speak)
  bus.handle(audio.listen, async function* (input, { signal }): AsyncGenerator<ListenPart, void, undefined> {
    const parts: ListenPart[] = []
    let wake: () => void = () => undefined
    let words: string[] = []
    let silent = 0
    let [speaking, ended] = [input.endpointing.mode === 'manual', false]
    const hear = (message: ReturnType<typeof decodeUplink>) => {
      if (!message || ended) return
      if (message.kind === 'limit') return void behind.limits.push(message.silenceMs)
      if (message.kind === 'end') ended = true
      else {
        behind.uplink.push(message.packet)
        const said = Buffer.from(message.packet).toString()
        if (said.startsWith('T:')) {
          if (!speaking) parts.push({ type: 'speech-start' })
          ;[speaking, silent] = [true, 0]
          words = [...words, said.slice(2)]
          if (behind.partials) parts.push({ type: 'partial', text: words.join(' ') })
        } else if (speaking && input.endpointing.mode === 'auto' && ++silent >= silentPackets) ended = true
      }
      wake()
    }
    await using _up = bus.onBytes(audio.up, (data) => hear(decodeUplink(data)), {
      tokens: { listenId: input.listenId },
    })
    await bus.flush()
    yield { type: 'ready' }
    for (;;) {
      const part = parts.shift()
      if (part) yield part
      else if (ended) break
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
        if (signal.aborted) return
      }
    }
    if (speaking) yield { type: 'speech-end' }
    yield { type: 'final', text: words.join(' ').trim(), provider: 'fake', speechMs: 500, recognitionMs: 1 }
  })
  bus.handle(chat.reply, async function* (input, { signal }) {
    behind.replies.push(input)
    yield* behind.reply(input, signal)
  })
  bus.handle(chat.recordHeard, (heard) => {
    behind.heard.push(heard)
    return { recorded: true }
  })
  bus.handle(chat.readManner, ({ agentId }) => ({
    agentId: agentId ?? '019aa3c0-0000-7000-8000-0000000000a9',
    name: 'Parley',
    voice: {},
    manner: behind.manner,
  }))
  bus.handle(chat.adoptDevice, () => ({ adopted: 0 }))
  bus.handle(chat.look, (input) => {
    behind.looks.push(input)
    return { text: behind.look(input) }
  })
}

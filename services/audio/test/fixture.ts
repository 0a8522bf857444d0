import type { Bus } from '@parley/bus'
import { audio, encodeUplink, type Endpointing, type ListenInput, type ListenPart } from '@parley/contracts'
import { createLogger } from '@parley/service-kit'
import { cornerEnvironment, openCorner, type Corner } from '@parley/testkit'
import { openCornerBus } from '@parley/test-caller'
import { createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'

export type AudioFixture = AsyncDisposable & {
  bus: Bus
  /** What the service has logged so far. */
  lines: string[]
  health: (path: string) => Promise<string>
  openListening: (
    endpointing?: Partial<Endpointing>,
    signal?: AbortSignal,
    about?: Partial<ListenInput>,
  ) => Promise<OpenListening>
  readonly corner: Corner
}

/** A listening that is ready. */
export type OpenListening = {
  send: (packets: Uint8Array[], from?: number) => void
  end: () => void
  next: () => Promise<ListenPart | undefined>
  /** All parts that still come. */
  rest: () => Promise<ListenPart[]>
}

const format = { sampleRateHz: 16_000, frameMs: 60 } as const

/** The audio service on infrastructure of its own, and a caller's bus. */
export async function openAudio(environment: Record<string, string> = {}): Promise<AudioFixture> {
  await using stack = new AsyncDisposableStack()
  const corner = stack.use(await openCorner())
  const lines: string[] = []
  const log = createLogger({ service: 'audio', level: 'debug', destination: { write: (line) => lines.push(line) } })
  const app = stack.use(await createApp(readConfig({ ...cornerEnvironment(corner), ...environment }), { log }))
  const bus = stack.use(await openCornerBus(corner))
  const owned = stack.move()

  async function openListening(
    endpointing: Partial<Endpointing> = {},
    signal?: AbortSignal,
    about: Partial<ListenInput> = {},
  ): Promise<OpenListening> {
    const listenId = crypto.randomUUID()
    const rules = { mode: 'manual' as const, silenceMs: 300, maxSpeechMs: 10_000, ...endpointing }
    const parts = bus.stream(audio.listen, { ...about, listenId, format, endpointing: rules }, signal ? { signal } : {})
    const publish = (data: Uint8Array) => bus.publishBytes(audio.up, data, { tokens: { listenId } })
    let sequence = 0
    const ready = await parts.next()
    if (ready.done || ready.value.type !== 'ready') throw new Error('The listening is not ready')
    return {
      send: (packets, from = sequence) => {
        sequence = from
        for (const packet of packets) publish(encodeUplink({ kind: 'frame', sequence: sequence++, packet }))
      },
      end: () => publish(encodeUplink({ kind: 'end', sequence })),
      next: async () => (await parts.next()).value ?? undefined,
      rest: () => Array.fromAsync(parts),
    }
  }

  return {
    bus,
    corner,
    lines,
    health: async (path) => (await fetch(`http://127.0.0.1:${app.internalPort}${path}`)).text(),
    openListening,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

import type {
  Heard,
  ListenInput,
  ListenPart,
  ReplyInput,
  ReplyPart,
  SpeakInput,
  UplinkMessage,
} from '@parley/contracts'
import type { ServerMessage } from '@parley/device-protocol'
import type { Manner } from '../src/domain/manner.ts'
import type { Clock, Ears, Eyes, Link, Mind, NewId, Voice } from '../src/domain/ports.ts'

/** A stream that the test writes. Like the bus's own: nothing happens before `next()`, an abort makes `next()` throw. */
export class Feed<Item> implements AsyncIterable<Item> {
  readonly #items: Item[] = []
  readonly #signal: AbortSignal
  readonly #onStart: () => void
  #outcome: { error?: unknown } | undefined
  #wake: () => void = () => undefined
  started = false
  /** The reader is done with it, whether it was at its end, left early, or was aborted. */
  closed = false

  constructor(signal: AbortSignal, onStart: () => void = () => undefined) {
    this.#signal = signal
    this.#onStart = onStart
    signal.addEventListener('abort', () => this.#wake())
  }

  emit(...items: Item[]) {
    this.#items.push(...items)
    this.#wake()
  }
  end() {
    this.#outcome ??= {}
    this.#wake()
  }
  fail(error: unknown) {
    this.#outcome ??= { error }
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    this.started = true
    this.#onStart()
    try {
      for (;;) {
        if (this.#signal.aborted) throw this.#signal.reason
        const item = this.#items.shift()
        if (item !== undefined) yield item
        else if (!this.#outcome) await new Promise<void>((resolve) => (this.#wake = resolve))
        else if ('error' in this.#outcome) throw this.#outcome.error
        else return
      }
    } finally {
      this.closed = true
    }
  }
}

type Opened<Input, Item> = { input: Input; signal: AbortSignal; feed: Feed<Item> }

export class FakeEars implements Ears {
  readonly listenings: Opened<ListenInput, ListenPart>[] = []
  readonly sent: { listenId: string; message: UplinkMessage }[] = []

  listen = (input: ListenInput, { signal }: { signal: AbortSignal }) => {
    const feed = new Feed<ListenPart>(signal)
    this.listenings.push({ input, signal, feed })
    return feed
  }
  send = (listenId: string, message: UplinkMessage) => {
    this.sent.push({ listenId, message })
  }

  get last(): Opened<ListenInput, ListenPart> {
    return this.listenings.at(-1)!
  }
  /** What the last listening ends with. */
  hear(text: string, language?: string) {
    this.last.feed.emit({ type: 'final', text, language, provider: 'fake', speechMs: 500, recognitionMs: 20 })
  }
  /** What one listening was sent, as `sequence:first byte`, the end as `sequence:end`. */
  sentTo(index: number): string[] {
    const listenId = this.listenings[index]?.input.listenId
    const messages = this.sent.filter((sent) => sent.listenId === listenId).map(({ message }) => message)
    return messages.map((sent) => {
      if (sent.kind === 'limit') return `limit ${sent.silenceMs}`
      return `${sent.sequence}:${sent.kind === 'end' ? 'end' : sent.packet[0]}`
    })
  }
}

export class FakeMind implements Mind {
  readonly replies: Opened<ReplyInput, ReplyPart>[] = []
  readonly heard: Heard[] = []
  /** Everything that reached it, in order. */
  readonly log: string[] = []
  /** What every reply says at once; without it the test writes the feed. */
  script: string[] | undefined

  reply = (input: ReplyInput, { signal }: { signal: AbortSignal }) => {
    const feed = new Feed<ReplyPart>(signal)
    this.replies.push({ input, signal, feed })
    this.log.push(`reply ${input.text}`)
    if (this.script) this.write(...this.script)
    if (this.script) feed.end()
    return feed
  }
  recordHeard = (heard: Heard) => {
    this.heard.push(heard)
    this.log.push(`heard ${heard.text}`)
  }

  get last(): Opened<ReplyInput, ReplyPart> {
    return this.replies.at(-1)!
  }
  write(...deltas: string[]) {
    for (const text of deltas) this.last.feed.emit({ type: 'text-delta', text })
  }
  started(language: string) {
    const conversationId = '019aa3c0-0000-7000-8000-0000000000cc'
    this.last.feed.emit({ type: 'started', conversationId, voice: { language }, provider: 'fake' })
  }
}

export class FakeVoice implements Voice {
  readonly speeches: Opened<SpeakInput, Uint8Array>[] = []
  /** Frames of every speech; undefined leaves the feed to the test. */
  frames: number | undefined = 3
  /** Which speeches fail at once, counted from 0. */
  failing: (index: number) => boolean = () => false

  speak = (input: SpeakInput, { signal }: { signal: AbortSignal }) => {
    const index = this.speeches.length
    const feed: Feed<Uint8Array> = new Feed(signal, () => {
      if (this.failing(index)) return feed.fail(new Error('no voice'))
      for (let frame = 0; frame < (this.frames ?? 0); frame++) feed.emit(Uint8Array.of(index, frame))
      if (this.frames !== undefined) feed.end()
    })
    this.speeches.push({ input, signal, feed })
    return feed
  }

  get texts(): string[] {
    return this.speeches.map(({ input }) => input.text)
  }
}

type Sent = { at: number; what: string; timestampMs?: number }

/** Keeps what a device would get, each with its moment. */
export class RecordingLink implements Link {
  readonly sessionId = '019aa3c0-0000-7000-8000-0000000000dd'
  readonly sent: Sent[] = []
  readonly messages: ServerMessage[] = []
  closedWith: { code: number; reason: string } | undefined
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  send = (message: ServerMessage) => {
    this.messages.push(message)
    this.sent.push({ at: this.#clock.now(), what: describe(message) })
  }
  sendAudio = (_packet: Uint8Array, timestampMs: number) => {
    this.sent.push({ at: this.#clock.now(), what: 'audio', timestampMs })
  }
  close = (code: number, reason: string) => {
    this.closedWith ??= { code, reason }
  }

  /** Everything in order, a run of audio frames as `audio×n`. */
  get story(): string[] {
    const story: string[] = []
    let frames = 0
    const tellFrames = () => {
      if (frames > 0) story.push(`audio×${frames}`)
      frames = 0
    }
    for (const { what } of this.sent) {
      if (what === 'audio') frames++
      else {
        tellFrames()
        story.push(what)
      }
    }
    tellFrames()
    return story
  }
  count(what: string): number {
    return this.sent.filter((sent) => sent.what === what).length
  }
  timesOf(what: string): number[] {
    return this.sent.filter((sent) => sent.what === what).map(({ at }) => at)
  }
}

function describe(message: ServerMessage): string {
  if (message.type === 'tts') return message.state === 'sentence_start' ? `say ${message.text}` : `tts ${message.state}`
  if (message.type === 'stt') return `stt ${message.text}`
  if (message.type === 'llm') return `llm ${message.emotion}`
  if (message.type === 'iot') return `iot ${JSON.stringify(message.commands)}`
  return message.type
}

/** Ids that can be told apart, in order. */
export function countingIds(): NewId {
  let count = 0
  return () => `019aa3c0-0000-7000-8000-${String(++count).padStart(12, '0')}`
}

/** An agent that says nothing but answers. */
export const plainManner: Manner = {
  fillers: [],
  exitPhrases: [],
  silenceMs: 400,
  adaptiveSilence: true,
  idleCloseMs: 120_000,
}

/** Sees what it is told. */
export class FakeEyes implements Eyes {
  readonly looks: Parameters<Eyes['look']>[0][] = []
  sees = 'A cat.'

  look = async (picture: Parameters<Eyes['look']>[0]) => {
    this.looks.push(picture)
    return this.sees
  }
}

/** A packet that can be recognised by its first byte. */
export const packet = (mark: number): Uint8Array => Uint8Array.of(mark, 0xff, 0xfe)

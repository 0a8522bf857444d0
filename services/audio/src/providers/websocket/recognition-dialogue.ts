import { Problem, toProblem } from '@parley/contracts'
import type { Recognition, RecognitionOptions, RecognitionSession } from '../../domain/ports.ts'
import { nextMessage } from './next-message.ts'
import { createPacedSender, type PacedSenderSettings } from './paced-sender.ts'
import type { VendorMessage, VendorSocket } from './vendor-socket.ts'

/** What a vendor's message means; `perhaps` is the end unless another message follows soon. */
export type Understood =
  | { kind: 'nothing' }
  | { kind: 'partial'; text: string }
  | { kind: 'done' | 'perhaps'; heard: Recognition }

/** How one vendor talks about one utterance, over a connection of its own. */
export type RecognitionDialogue = {
  /** Says what is coming, and waits for the vendor's consent where there is one. */
  begin: (socket: VendorSocket, next: () => Promise<VendorMessage>) => Promise<void>
  packet: (samples: Int16Array) => Uint8Array
  /** What ends the utterance; the last, broken packet has to go with it. */
  end: (rest: Int16Array) => (string | Uint8Array)[]
  /** @throws Problem when the vendor says that it failed */
  read: (message: VendorMessage) => Understood
}

export type DialogueSettings = RecognitionOptions & {
  who: string
  connect: (signal: AbortSignal) => Promise<VendorSocket>
  dialogue: RecognitionDialogue
  pace: Pick<PacedSenderSettings, 'packetMs' | 'mostSpeed' | 'headStartMs'>
  /** To the vendor's consent, and from the end of the utterance to its words. */
  timeoutMs: number
}

/** Longer than this nobody waits for a vendor while somebody speaks: `maxSpeechMs` ends any utterance before. */
const mostSpeechMs = 180_000

/** After this much quiet nothing follows what may have been the end. */
const quietMs = 300

/** One utterance to a vendor that takes it while it is being said. */
export function openDialogue(settings: DialogueSettings): RecognitionSession {
  const { who, connect, dialogue, pace, timeoutMs, signal, onPartial } = settings
  const work = new AbortController()
  let socket: VendorSocket | undefined
  const sender = createPacedSender({
    ...pace,
    send: (samples) => socket?.send(dialogue.packet(samples)),
    onEnd: (rest) => {
      for (const message of dialogue.end(rest)) socket?.send(message)
      late = setTimeout(() => work.abort(new Problem('timeout', `${who} took longer than ${timeoutMs} ms`)), timeoutMs)
    },
  })
  let late: NodeJS.Timeout | undefined

  async function run(): Promise<Recognition> {
    const both = AbortSignal.any([signal, work.signal])
    try {
      const opened = await connect(both)
      socket = opened
      await dialogue.begin(opened, () => nextMessage(opened, { who, timeoutMs, signal: both }))
      sender.start()
      let perhaps: Recognition | undefined
      for (;;) {
        const message = perhaps
          ? await soon(opened)
          : await nextMessage(opened, { who, timeoutMs: mostSpeechMs, signal: both })
        if (!message) return perhaps!
        const understood = dialogue.read(message)
        if (understood.kind === 'done') return understood.heard
        if (understood.kind === 'perhaps') perhaps = understood.heard
        if (understood.kind === 'partial') onPartial?.(understood.text)
      }
    } catch (error) {
      signal.throwIfAborted()
      throw error instanceof Problem
        ? error
        : new Problem('provider-failed', `${who} failed`, { cause: toProblem(error) })
    } finally {
      clearTimeout(late)
      sender[Symbol.dispose]()
      socket?.[Symbol.dispose]()
    }
  }

  /** Another message, if one comes at once. */
  async function soon(opened: VendorSocket): Promise<VendorMessage | undefined> {
    const quiet = Promise.withResolvers<undefined>()
    const timer = setTimeout(quiet.resolve, quietMs, undefined)
    try {
      return await Promise.race([opened.next(), quiet.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  const result = run()
  result.catch(() => undefined)
  return { push: sender.push, end: sender.end, result }
}

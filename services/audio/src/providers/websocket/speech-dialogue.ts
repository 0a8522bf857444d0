import { Problem } from '@parley/contracts'
import type { Pcm, OpusPackets } from '../../domain/ports.ts'
import { nextMessage } from './next-message.ts'
import type { VendorMessage, VendorSocket } from './vendor-socket.ts'

/** What a vendor's message means: sound, nothing of note, or the end. */
export type Sounded = { kind: 'sound'; bytes: Uint8Array } | { kind: 'nothing' } | { kind: 'done' }

/** How one vendor is made to say one sentence, over a connection. */
export type SpeechDialogue = {
  begin: (socket: VendorSocket, next: () => Promise<VendorMessage>) => Promise<void>
  /** @throws Problem when the vendor says that it failed */
  read: (message: VendorMessage, socket: VendorSocket) => Sounded
}

export type SpeechDialogueSettings = {
  who: string
  take: (signal: AbortSignal) => Promise<VendorSocket>
  /** Where a connection goes that can be used again; without it, it is closed. */
  give?: (socket: VendorSocket) => void
  dialogue: SpeechDialogue
  toSound: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Pcm | OpusPackets>
  /** To the first sound, and from one piece of it to the next. */
  timeoutMs: number
  signal: AbortSignal
}

/** One sentence, read as it is made. Leaving it closes the connection: nothing else stops the vendor. */
export async function* speakOver(settings: SpeechDialogueSettings): AsyncGenerator<Pcm | OpusPackets, void, undefined> {
  const { who, take, give, dialogue, toSound, timeoutMs, signal } = settings
  let socket: VendorSocket | undefined
  let whole = false

  async function* bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    const opened = await take(signal)
    socket = opened
    const next = () => nextMessage(opened, { who, timeoutMs, signal })
    await dialogue.begin(opened, next)
    for (;;) {
      const sounded = dialogue.read(await next(), opened)
      if (sounded.kind === 'sound') yield sounded.bytes
      else if (sounded.kind === 'done') break
    }
    whole = true
  }

  let given = false
  try {
    for await (const sound of toSound(bytes())) {
      given = true
      yield sound
    }
    if (!given) throw new Problem('provider-failed', `${who} gave nothing`)
  } catch (error) {
    signal.throwIfAborted()
    throw error instanceof Problem ? error : new Problem('provider-failed', `${who} failed`, { cause: error })
  } finally {
    if (socket && whole && give) give(socket)
    else socket?.[Symbol.dispose]()
  }
}

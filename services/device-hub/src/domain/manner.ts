import type { DeviceSettings, Replacement } from '@parley/contracts'
import { plain } from './plain.ts'

/** How an agent behaves in a conversation, beside its words. */
export type Manner = {
  /** Said when it is woken. */
  greeting?: string | undefined
  /** Said before it goes, because nobody is there or it was asked to. */
  farewell?: string | undefined
  /** One of them is said when an answer takes long. */
  fillers: readonly string[]
  /** What a person says to end the conversation. */
  exitPhrases: readonly string[]
  silenceMs: number
  /** Whether the silence that ends an utterance depends on what was said. */
  adaptiveSilence: boolean
  /** Words that are said differently from how they are written. */
  replacements?: readonly Replacement[] | undefined
  /** Without a sign of a person for this long it goes; 0 is never. */
  idleCloseMs: number
}

/** The manners of agents, as far as they are known by now; the default agent is the one without an id. */
export type Manners = (agentId: string | undefined) => Manner

/** What the owner set for the device comes before what its agent has. */
export function mannerOn(manner: Manner, settings: DeviceSettings): Manner {
  return {
    ...manner,
    silenceMs: settings.silenceMs ?? manner.silenceMs,
    adaptiveSilence: settings.adaptiveSilence ?? manner.adaptiveSilence,
    idleCloseMs: settings.idleCloseMs ?? manner.idleCloseMs,
  }
}

/** Whether a person said good-bye: these words and no others. */
export function isExit(heard: string, { exitPhrases }: Pick<Manner, 'exitPhrases'>): boolean {
  const words = plain(heard)
  return words !== '' && exitPhrases.some((phrase) => plain(phrase) === words)
}

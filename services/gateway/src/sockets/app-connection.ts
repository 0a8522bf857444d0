import { Problem, toProblemBody, type AppUpdate, type Person, type Scope } from '@parley/contracts'
import type { WebSocket } from 'ws'
import type { Bearers } from '../bearers.ts'
import type { Joined, Member } from './app-groups.ts'
import type { CommandAnswer } from './app-commands.ts'
import { closeCodes, readAppMessage, type AppCommand } from './app-messages.ts'

/** An app that does not say who it is for this long is sent away. */
const introductionMs = 5_000
/** What may wait for an app that reads slowly. */
const mostWaitingBytes = 1024 * 1024
/** How often it is looked again whether a token is still good: its end may have been told while nobody listened. */
const lookAgainMs = 60_000
/** What an app hears is of one's devices and conversations. */
const neededScopes: Scope[] = ['conversations', 'devices']
const unknownApp = new Problem('unauthorized', 'Say who you are first')

export type AppConnectionPorts = {
  /** Tells its own words from those of others. */
  id: string
  /** Tells the user's group. */
  tell: (userId: string, update: AppUpdate) => void
  /** Does what the app wants of a device; it does not fail. */
  command: (person: Person, command: AppCommand) => Promise<CommandAnswer>
  bearers: Bearers
  /** The token was not valid. */
  onRefused: () => void
  /** Takes the app into its user's group; undefined when that is full. */
  admit: (person: Person, member: Member, after: string | undefined) => Promise<Joined | undefined>
}

export type AppConnection = {
  readonly person: Person | undefined
  close: (why: keyof typeof closeCodes) => void
}

/** One app's connection: who it is, by token in the upgrade or in the first message, and then what its user's group hears. */
export function openAppConnection(
  client: WebSocket,
  { token, after }: { token: string | undefined; after: string | undefined },
  { id, bearers, admit, onRefused, tell, command }: AppConnectionPorts,
): AppConnection {
  let person: Person | undefined
  let leave: (() => void) | undefined
  let introducing = false
  let closed = false
  /** The token that counts. */
  let watched: string | undefined
  let timer = setTimeout(() => close('late'), introductionMs)

  function send(message: object) {
    if (client.readyState !== client.OPEN) return
    if (client.bufferedAmount > mostWaitingBytes) return close('slow')
    client.send(JSON.stringify(message))
  }

  function close(why: keyof typeof closeCodes) {
    const { code, reason } = closeCodes[why]
    client.close(code, reason)
  }

  /** Takes it into its group, and tells it what it missed before anything else. */
  async function join(who: Person, after: string | undefined): Promise<boolean> {
    const hear = (offset: string, update: AppUpdate) => {
      if (update.type !== 'device-message' || update.from !== id) send({ ...update, offset })
    }
    const joined = await admit(who, { hear }, after)
    if (!joined) return false
    leave = joined.leave
    if (closed) joined.leave()
    const { offset, missed } = joined
    send({ type: 'ready', userId: who.userId, offset, ...(after !== undefined && { resumed: missed !== undefined }) })
    for (const one of missed ?? []) send({ ...one.update, offset: one.offset })
    joined.begin()
    return true
  }

  /** Who comes; and later again, with a token that is good for longer. */
  async function introduce(given: string, after?: string) {
    if (introducing) return send({ type: 'error', code: 'conflict', message: 'a token is being looked at already' })
    introducing = true
    try {
      const bearer = await bearers.verify(given)
      if (client.readyState !== client.OPEN) return
      if (!neededScopes.every((scope) => bearer.person.scopes.includes(scope))) return close('forbidden')
      if (person && person.userId !== bearer.person.userId) return close('unauthorized')
      person = bearer.person
      if (leave) send({ type: 'ready', userId: person.userId })
      else if (!(await join(person, after))) return close('crowded')
      watch(given, bearer.expiresAt)
    } catch (error) {
      if (error instanceof Problem && error.code === 'unauthorized') {
        onRefused()
        return close('unauthorized')
      }
      // Nothing is wrong with the token: the app may try again at once.
      close('restart')
    } finally {
      introducing = false
    }
  }

  /** Looks again, until the token is not good any more. A look that fails for another reason is repeated. */
  function watch(token: string, expiresAt: Date) {
    clearTimeout(timer)
    if (closed) return
    watched = token
    const leftMs = expiresAt.getTime() - Date.now()
    timer = setTimeout(
      () => {
        bearers.verify(token).then(
          (bearer) => watched === token && watch(token, bearer.expiresAt),
          (error: unknown) => {
            if (watched !== token) return
            if (error instanceof Problem && error.code === 'unauthorized') close('unauthorized')
            else watch(token, expiresAt)
          },
        )
      },
      Math.max(0, Math.min(leftMs, lookAgainMs)),
    )
  }

  /** What is about a command is told under its id. */
  function refuse(problem: Problem, id?: string) {
    if (id === undefined) send({ type: 'error', code: problem.code, message: problem.detail })
    else send({ type: 'problem', id, problem: toProblemBody(problem) })
  }

  function pass(payload: Record<string, unknown>) {
    if (!person) return refuse(unknownApp)
    tell(person.userId, { type: 'device-message', from: id, payload })
  }

  client.on('message', (data) => {
    const message = readAppMessage((data as Buffer).toString('utf8'))
    if ('wrong' in message) refuse(message.wrong, message.id)
    else if (message.type === 'ping') send({ type: 'pong' })
    else if (message.type === 'device-message') pass(message.payload)
    else if (message.type === 'auth') void introduce(message.token, message.after)
    else if (person) void command(person, message).then(send)
    else refuse(unknownApp, message.id)
  })
  client.on('close', () => {
    closed = true
    clearTimeout(timer)
    leave?.()
  })

  const connection: AppConnection = {
    get person() {
      return person
    },
    close,
  }
  if (token !== undefined) void introduce(token, after)
  return connection
}

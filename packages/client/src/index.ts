import createFetchClient, { type Client } from 'openapi-fetch'
import { openAppSocket, type AppEvents, type AppSocket } from './app-socket.ts'
import { ask, type AnswerEvent, type AskOptions, type Question } from './ask.ts'
import type { paths } from './paths.ts'
import { readToken, type ClientSettings } from './settings.ts'

export type { AppEvents, AppSocket, AppUpdate, Command } from './app-socket.ts'
export type { AnswerEvent, AskOptions, Question } from './ask.ts'
export type { components, paths } from './paths.ts'
export { ParleyError, type ProblemDetails } from './problem.ts'
export type { ClientSettings } from './settings.ts'

/** Everything that an app does with Parley. */
export type ParleyClient = Pick<Client<paths>, 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'> & {
  /** The answer to a question in a conversation, as it is made. */
  ask: (question: Question, options?: AskOptions) => AsyncGenerator<AnswerEvent, void, undefined>
  /** What happens to one's devices and conversations, as it happens; and commands to devices. */
  openAppSocket: (events: AppEvents) => AppSocket
}

/** A client of the public API: each route by its method and path, typed, as `openapi-fetch` has it. */
export function createParleyClient(settings: ClientSettings): ParleyClient {
  const { baseUrl, fetch } = settings
  const client = createFetchClient<paths>({ baseUrl, ...(fetch && { fetch }) })
  client.use({
    onRequest: async ({ request }) => {
      const token = await readToken(settings)
      if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`)
      return request
    },
  })
  return {
    ...client,
    ask: (question, options) => ask(settings, question, options),
    openAppSocket: (events) => openAppSocket(settings, events),
  }
}

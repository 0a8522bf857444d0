import { parseAs, Problem, readTokens, type Access, type CallerOf, type RequestContract } from '@parley/contracts'
import { NatsError, type Msg, type NatsConnection } from 'nats'
import type { z } from 'zod'
import { withContext } from './context.ts'
import type { Admit, SignCaller } from './identities.ts'
import { untilAborted } from './until-aborted.ts'
import {
  decodeAnswer,
  decodeJson,
  encodeCallHeaders,
  encodeJson,
  encodeProblem,
  readContext,
  readProblem,
  readTimeoutMs,
} from './wire.ts'

export type HandlerContext<A extends Access = Access> = {
  signal: AbortSignal
  tokens: Record<string, string>
  /** Who is behind the call: a person where the contract lets in nobody else. */
  identity: CallerOf<A>
}

export type RequestHandler<C extends RequestContract = RequestContract> = (
  input: z.output<C['input']>,
  context: HandlerContext<C['access']>,
) => Promise<z.input<C['output']>> | z.input<C['output']>

/** Asks and waits. @throws the handler's Problem, or `unavailable`, `timeout`, `too-large`; the signal's reason when aborted. */
export async function callRequest(
  connection: NatsConnection,
  contract: RequestContract,
  subject: string,
  input: unknown,
  options: { timeoutMs?: number; signal?: AbortSignal },
  signCaller: SignCaller,
): Promise<unknown> {
  options.signal?.throwIfAborted()
  const signing = signCaller()
  const identity = signing && (await signing)
  const asked = options.timeoutMs === undefined ? undefined : Math.min(options.timeoutMs, contract.maxTimeoutMs)
  const headers = encodeCallHeaders({ timeoutMs: asked, identity })
  const timeout = asked ?? contract.timeoutMs
  const answer = connection.request(subject, encodeJson(input), headers ? { timeout, headers } : { timeout })
  const message = await untilAborted(answer, options.signal).catch((error: unknown) => {
    throw toCallProblem(error, contract.subject, timeout)
  })
  const problem = readProblem(message)
  if (problem) throw problem
  return readAnswer(contract, message)
}

function readAnswer(contract: RequestContract, message: Msg): unknown {
  const read = contract.output.safeParse(decodeAnswer(message.data))
  if (read.success) return read.data
  throw new Problem('internal', `The answer of ${contract.subject} breaks its contract`, { cause: read.error })
}

function toCallProblem(error: unknown, subject: string, timeoutMs: number): unknown {
  if (!(error instanceof NatsError)) return error
  if (error.code === '503')
    return new Problem('unavailable', `Nobody serves ${subject} at the moment`, { cause: error })
  if (error.code === 'TIMEOUT')
    return new Problem('timeout', `${subject} gave no answer in ${timeoutMs} ms`, { cause: error })
  return new Problem('unavailable', 'The message bus is not available', { cause: error })
}

/** Answers one request, whatever happens. The handler's signal is aborted when nobody waits for the answer any more. */
export function answerRequest(
  contract: RequestContract,
  pattern: string,
  message: Msg,
  handler: RequestHandler,
  admit: Admit,
  onError: (error: unknown, subject: string) => void,
): Promise<void> {
  const context = readContext(message)
  return withContext(context, async () => {
    const deadline = new AbortController()
    const timeoutMs = readTimeoutMs(message, contract.maxTimeoutMs, contract.timeoutMs)
    const timer = setTimeout(() => deadline.abort(new Problem('timeout', 'The caller no longer waits')), timeoutMs)
    try {
      const identity = (context.identity = await admit(contract, message))
      const input = parseAs(contract.input, decodeJson(message.data), 'The request')
      const tokens = readTokens(pattern, message.subject)
      const output = await handler(input, { signal: deadline.signal, tokens, identity })
      message.respond(encodeJson(output))
    } catch (error) {
      onError(error, contract.subject)
      const { payload, headers } = encodeProblem(error)
      message.respond(payload, { headers })
    } finally {
      clearTimeout(timer)
    }
  })
}

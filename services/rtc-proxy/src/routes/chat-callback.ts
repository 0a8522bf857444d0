import { once } from 'node:events'
import { json, Router, type RequestHandler, type Response } from 'express'
import type { RunStore } from '../domain/ports.ts'
import type { AnsweredPart, AskedInRoom, RoomTurns } from '../domain/room-turns.ts'
import type { KeptRun } from '../domain/run.ts'
import { findRun, notTheirs } from './runs.ts'

/** How answers are written. */
export type Chunks = { begin: () => string; of: (part: AnsweredPart) => string; end: () => string }

export type ChatCallbackSettings = {
  runs: Pick<RunStore, 'find'>
  turns: RoomTurns
  /** @throws Problem `bad-request` */
  readQuestion: (body: unknown) => AskedInRoom & { model: string }
  createChunks: (about: { id: string; model: string; now: Date }) => Chunks
  newId: () => string
  now: () => Date
}

const mostBytes = '2mb'

/**
 * `POST /chat_callback`: the cloud asks the model of a run, which is ours, and gets its answer as it is made. Everything is
 * checked before the first byte; from then on the answer goes to its end, whatever happens, since the agent waits for it.
 */
export function chatCallback(settings: ChatCallbackSettings): Router {
  // Whatever its type says it is, it is JSON or wrong.
  const body = json({ limit: mostBytes, type: () => true })
  return Router().post('/chat_callback', admit(settings), body, answer(settings))
}

function admit({ runs }: ChatCallbackSettings): RequestHandler {
  return async (request, response, next) => {
    const proof = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1]
    const run = await findRun(request, runs, { place: 'model', proof })
    if (run.closed) throw notTheirs()
    response.locals['run'] = run
    next()
  }
}

function answer({ turns, readQuestion, createChunks, newId, now }: ChatCallbackSettings): RequestHandler {
  return async (request, response) => {
    const { model, ...asked } = readQuestion(request.body)
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const chunks = createChunks({ id: `chatcmpl-${newId()}`, model, now: now() })
    begin(response)
    response.write(chunks.begin())
    const { run } = response.locals as { run: KeptRun }
    for await (const part of turns.answer(run, asked, { signal: gone.signal })) await write(response, chunks.of(part))
    response.end(chunks.end())
  }
}

function begin(response: Response) {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform',
    // nginx would collect the pieces otherwise.
    'X-Accel-Buffering': 'no',
  })
}

/** A reader that is slow makes its model slow; one that has gone ends the answer by its signal. */
async function write(response: Response, text: string): Promise<void> {
  if (response.write(text) || response.destroyed) return
  await Promise.race([once(response, 'drain'), once(response, 'close')])
}

import { randomInt, randomUUID } from 'node:crypto'
import { Problem } from '@parley/contracts'
import { createVendorFetch } from '@parley/service-kit'
import { WebSocket } from 'ws'
import { z } from 'zod'
import type { Painter } from '../../domain/pictures/ports.ts'
import { fillWorkflow } from './workflow.ts'

export type ComfyUiSettings = {
  /** Such as `http://127.0.0.1:8188`. */
  baseUrl: string
  /** A workflow in ComfyUI's API format, with `{{prompt}}`, `{{avoid}}`, `{{seed}}`, `{{width}}`, `{{height}}` in it. */
  workflow: Record<string, unknown>
  timeoutMs: number
}

const Queued = z.object({ prompt_id: z.string() })
const Told = z.object({
  type: z.string(),
  data: z.looseObject({ prompt_id: z.string().optional(), node: z.string().nullish() }),
})
const History = z.record(
  z.string(),
  z.object({
    outputs: z.record(
      z.string(),
      z.object({
        images: z.array(z.object({ filename: z.string(), subfolder: z.string(), type: z.string() })).optional(),
      }),
    ),
  }),
)

const largestPictureBytes = 32 * 1024 * 1024

/**
 * Pictures by a workflow of a ComfyUI server (its HTTP API and WebSocket of 2026): the workflow is queued, its end is told over
 * the socket, the pictures are fetched.
 */
export function createComfyUiPainter({ baseUrl, workflow, timeoutMs }: ComfyUiSettings): Painter {
  const fetch = createVendorFetch()
  const base = baseUrl.replace(/\/$/, '')

  async function ask<T>(path: string, schema: z.ZodType<T>, init: RequestInit): Promise<T> {
    const response = await fetch(`${base}${path}`, init)
    if (response.status >= 400 && response.status < 500)
      throw new Problem('provider-rejected', `ComfyUI refused the workflow (${response.status})`)
    if (!response.ok) throw new Problem('provider-failed', `ComfyUI failed (${response.status})`)
    return schema.parse(await response.json())
  }

  async function drawOne(filled: Record<string, unknown>, signal: AbortSignal): Promise<Uint8Array[]> {
    const clientId = randomUUID()
    await using listening = await listenTo(`${base.replace(/^http/, 'ws')}/ws?clientId=${clientId}`, signal)
    let id: string
    try {
      const queued = await ask('/prompt', Queued, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ prompt: filled, client_id: clientId }),
        signal,
      })
      id = queued.prompt_id
      await listening.ended(id)
    } catch (error) {
      // Nobody waits for it any more.
      if (signal.aborted) void fetch(`${base}/interrupt`, { method: 'POST' }).catch(() => undefined)
      throw error
    }
    const history = await ask(`/history/${id}`, History, { signal })
    const made = Object.values(history[id]?.outputs ?? {}).flatMap(({ images = [] }) => images)
    const kept = made.filter(({ type }) => type === 'output')
    return Promise.all((kept.length > 0 ? kept : made).map((image) => download(image, signal)))
  }

  async function download(image: Record<string, string>, signal: AbortSignal): Promise<Uint8Array> {
    const response = await fetch(`${base}/view?${new URLSearchParams(image).toString()}`, { signal })
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (!response.ok || bytes.length > largestPictureBytes)
      throw new Problem('provider-failed', 'ComfyUI does not give what it made')
    return bytes
  }

  return {
    name: 'comfyui',
    model: 'comfyui',
    draw: async ({ prompt, avoid = '', width, height, count }, { signal }) => {
      const late = AbortSignal.timeout(timeoutMs)
      const stop = AbortSignal.any([signal, late])
      const drawn: { bytes: Uint8Array }[] = []
      try {
        while (drawn.length < count) {
          const filled = fillWorkflow(workflow, { prompt, avoid, width, height, seed: randomInt(2 ** 32) })
          const made = await drawOne(filled, stop)
          if (made.length === 0) throw new Problem('provider-failed', 'The workflow made no picture')
          drawn.push(...made.map((bytes) => ({ bytes })))
        }
      } catch (error) {
        signal.throwIfAborted()
        if (late.aborted) throw new Problem('timeout', `Nothing was drawn within ${timeoutMs} ms`, { cause: error })
        if (error instanceof Problem) throw error
        throw new Problem('provider-failed', 'ComfyUI cannot be reached, or answers nonsense', { cause: error })
      }
      return drawn.slice(0, count)
    },
  }
}

/** Hears what the server tells of the work it does for us. */
async function listenTo(url: string, signal: AbortSignal) {
  const socket = new WebSocket(url, { maxPayload: largestPictureBytes })
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => undefined)
  const over = new Map<string, { done: boolean; settle: (() => void) | undefined }>()
  const of = (id: string) => over.get(id) ?? { done: false, settle: undefined }

  socket.on('message', (data: Buffer, binary) => {
    if (binary) return
    const told = Told.safeParse(parse(data.toString()))
    if (!told.success) return
    const { type, data: about } = told.data
    const id = about.prompt_id
    if (id === undefined) return
    if (type === 'execution_error' || type === 'execution_interrupted')
      failed.reject(new Problem('provider-failed', 'The workflow failed'))
    if (type === 'execution_success' || (type === 'executing' && about.node === null)) {
      const { settle } = of(id)
      over.set(id, { done: true, settle })
      settle?.()
    }
  })
  socket.on('error', (error) => failed.reject(error))
  socket.on('close', () => failed.reject(new Error('ComfyUI closed the socket')))
  const onAbort = () => failed.reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, { once: true })
  const opened = new Promise<void>((resolve) => socket.once('open', () => resolve()))
  await Promise.race([opened, failed.promise])

  return {
    /** It may have been told before anybody asks. */
    ended: (id: string) => {
      const ended = new Promise<void>((resolve) => {
        if (of(id).done) resolve()
        else over.set(id, { done: false, settle: resolve })
      })
      return Promise.race([ended, failed.promise])
    },
    [Symbol.asyncDispose]: async () => {
      signal.removeEventListener('abort', onAbort)
      socket.removeAllListeners('close').close()
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

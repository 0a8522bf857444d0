import { currentContext } from '@parley/bus'
import { destination, pino, type Logger as PinoLogger } from 'pino'

export type Logger = PinoLogger

export type LoggerSettings = { service: string; level: string; destination?: { write: (line: string) => void } }

const secretFields = ['token', 'password', 'authorization', 'apiKey']
const personalFields = ['text', 'transcript', 'prompt']
/** Deeper than this nobody should log. */
const mostDepth = 3
const mostCauses = 5

function anyDepth(fields: string[]): string[] {
  return fields.flatMap((field) => Array.from({ length: mostDepth }, (_, depth) => `${'*.'.repeat(depth)}${field}`))
}

/** What errors of ours and of libraries say of themselves; not whatever else a vendor's error carries. */
function describeError(error: unknown, causes = 0): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, stack, cause } = error
  const { code, detail } = error as { code?: unknown; detail?: unknown }
  const described = {
    name,
    message,
    stack,
    ...(code !== undefined && { code }),
    ...(detail !== undefined && { detail }),
  }
  return cause === undefined || causes >= mostCauses
    ? described
    : { ...described, cause: describeError(cause, causes + 1) }
}

/**
 * The one way to log: JSON lines with the request id and trace of the work under way. Personal data (transcripts,
 * prompts, names) goes only below `debug`, in fields named here, and is printed as `[personal]` all the same unless the
 * level is `trace`.
 */
export function createLogger({ service, level, destination: target }: LoggerSettings): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      mixin: () => {
        const context = currentContext()
        return context ? { requestId: context.requestId, traceId: context.traceparent.slice(3, 35) } : {}
      },
      serializers: { error: describeError },
      redact: {
        paths: anyDepth(level === 'trace' ? secretFields : [...secretFields, ...personalFields]),
        censor: (_value, path) => (secretFields.includes(path.at(-1) ?? '') ? '[secret]' : '[personal]'),
      },
    },
    // Written at once: lines keep their order, and the last ones of a process that fails are not lost.
    target ?? destination({ sync: true }),
  )
}

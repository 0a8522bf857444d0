import { currentContext } from '@parley/bus'
import { destination, pino, stdSerializers, type Logger as PinoLogger } from 'pino'

export type Logger = PinoLogger

export type LoggerSettings = { service: string; level: string; destination?: { write: (line: string) => void } }

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
      serializers: { error: stdSerializers.errWithCause },
      redact: {
        paths: level === 'trace' ? ['token', 'password'] : ['token', 'password', 'text', 'transcript', 'prompt'],
        censor: (_value, path) => (path[0] === 'token' || path[0] === 'password' ? '[secret]' : '[personal]'),
      },
    },
    target ?? destination({ sync: false, minLength: 0 }),
  )
}

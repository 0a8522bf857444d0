import { z } from 'zod'
import { request } from './contract.ts'

/** Every service of the platform, by the name that it has on the bus. */
export const serviceNames = ['gateway', 'auth', 'device-hub', 'audio', 'chat-llm', 'rtc-proxy', 'billing'] as const

/** Whether a service works: each of its dependencies is `ok`, or says what is wrong. */
export const ServiceHealth = z.object({
  ready: z.boolean(),
  checks: z.record(z.string(), z.string()),
  /** How long each of them took to say so. */
  latenciesMs: z.record(z.string(), z.number()).default({}),
  /** The release of Parley that it is of. */
  version: z.string().optional(),
})
export type ServiceHealth = z.infer<typeof ServiceHealth>

export const health = {
  /** How a service is: one of its instances answers for itself. */
  read: request('health.v1.{service}.read', { input: z.object({}), output: ServiceHealth, timeoutMs: 2_500 }),
}

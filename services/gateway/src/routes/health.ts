import { z } from 'zod'
import type { PlatformHealth } from '../platform-health.ts'
import { sent, serving, type Route } from './route.ts'

const open = {
  method: 'get',
  tag: 'Health',
  auth: 'none',
  rate: 'general',
  openBecause: 'monitors have no account',
} as const
const Health = z.object({ status: z.enum(['healthy', 'unhealthy']), checks: z.record(z.string(), z.unknown()) })

/** For monitors outside: how the platform is, and whether this gateway lives and can serve. */
export function healthRoutes({ read, ready }: PlatformHealth): Route[] {
  return [
    serving({
      ...open,
      path: '/health',
      operationId: 'health',
      summary: 'How every service is; 503 only when this gateway cannot serve',
      answer: { schema: Health, description: 'How it is' },
      handle: async ({ response }) => {
        const { serving: canServe, ...health } = await read()
        response.status(canServe ? 200 : 503).json(health)
        return sent
      },
    }),
    serving({
      ...open,
      path: '/livez',
      operationId: 'live',
      summary: 'The gateway’s event loop turns',
      answer: { schema: z.object({ status: z.string() }) },
      handle: async () => ({ status: 'alive' }),
    }),
    serving({
      ...open,
      path: '/readyz',
      operationId: 'ready',
      summary: 'This gateway can serve',
      answer: { schema: z.object({ status: z.string() }) },
      handle: async ({ response }) => {
        const canServe = await ready()
        response.status(canServe ? 200 : 503).json({ status: canServe ? 'ready' : 'not-ready' })
        return sent
      },
    }),
  ]
}

import type { Health } from '@parley/service-kit'
import { Router } from 'express'

/** `GET /health` for monitors outside: what this gateway needs in order to serve, and whether it has it. */
export function healthRoutes(health: Pick<Health, 'read'>): Router {
  const router = Router()
  router.get('/health', async (_request, response) => {
    const { status, checks } = await health.read()
    const healthy = status === 'ready'
    response.status(healthy ? 200 : 503).json({ status: healthy ? 'healthy' : 'unhealthy', checks })
  })
  return router
}

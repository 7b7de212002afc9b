import { Router } from 'express'
import type { Services } from '../context.js'

/** GET /health: the process answers. GET /ready: what stands behind it answers too; 503 where it does not. */
export function healthRoutes({ workers }: Services): Router {
  return Router()
    .get('/health', (_request, response) => { response.set('Cache-Control', 'no-store').json({ status: 'ok' }) })
    .get('/ready', async (_request, response) => {
      response.set('Cache-Control', 'no-store')
      try {
        const all = await workers.list()
        response.status(all.length ? 200 : 503).json({ status: all.length ? 'ready' : 'no worker is running', workers: all.length })
      } catch {
        response.status(503).json({ status: 'the database does not answer', workers: 0 })
      }
    })
}

import { Router, type RequestHandler } from 'express'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Services } from './context.js'
import type { Operations } from './operations.js'

/** GET /metrics in Prometheus' text format, and the handler that measures requests. */
export function serveMetrics({ workers }: Services, running: Operations): { routes: Router; measure: RequestHandler } {
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register })
  const requests = new Counter({ name: 'noisegraph_http_requests_total', help: 'Requests answered, by route and status.', labelNames: ['route', 'status'], registers })
  const seconds = new Histogram({ name: 'noisegraph_http_request_seconds', help: 'Time to answer, by route; event streams are not counted.', labelNames: ['route'], buckets: [0.005, 0.02, 0.1, 0.5, 2, 10], registers })
  new Gauge({ name: 'noisegraph_subscriptions', help: 'Subscriptions that are open.', registers, collect() { this.set(running.open()) } })
  new Gauge({
    name: 'noisegraph_workers', help: 'Worker processes, by whether they are at work.', labelNames: ['busy'], registers,
    async collect() {
      const all = await workers.list()
      for (const busy of [true, false]) this.set({ busy: String(busy) }, all.filter(w => w.busy === busy).length)
    },
  })
  const known = ['graphql', 'uploads', 'artifacts', 'graphiql', 'health', 'ready', 'metrics']
  const measure: RequestHandler = (request, response, next) => {
    const first = request.path.split('/')[1] ?? ''
    const route = first === '' ? '/' : known.includes(first) ? `/${first}` : 'other'
    const took = seconds.startTimer({ route })
    response.once('finish', () => {
      requests.inc({ route, status: response.statusCode })
      if (!String(response.getHeader('content-type')).startsWith('text/event-stream')) took()
    })
    next()
  }
  const routes = Router().get('/metrics', async (_request, response) => { response.type(register.contentType).send(await register.metrics()) })
  return { routes, measure }
}

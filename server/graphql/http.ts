/** The server: GraphQL over HTTP, WebSocket and server-sent events on /graphql, files, pages, health, metrics. */
import express, { type ErrorRequestHandler } from 'express'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { apollo } from './apollo.js'
import type { Context, HttpOptions, Log, Services } from './context.js'
import { masked } from './errors.js'
import { defaultLimits } from './limits.js'
import { serveMetrics } from './metrics.js'
import { operations } from './operations.js'
import { originCheck } from './origins.js'
import { versionsOf } from './root.js'
import { fileRoutes } from './routes/files.js'
import { healthRoutes } from './routes/health.js'
import { pageRoutes } from './routes/pages.js'
import { recipeRoutes, uploadRoutes } from './routes/uploads.js'
import { liveSchema } from './live-schema.js'
import type { Served } from './schema.js'
import { serveEvents, wantsEvents } from './sse.js'
import { serveWebSockets } from './websocket.js'

export interface HttpServer { readonly url: string; readonly port: number; close(): Promise<void> }

export async function startHttp(services: Services, options: HttpOptions): Promise<HttpServer> {
  const limits = { ...defaultLimits, ...options.limits }
  const log = options.log ?? silent
  const allowOrigin = originCheck(options.origins ?? [])
  const versions = { ...versionsOf('onnxruntime-node', 'sharp', 'pg-boss', 'graphql', '@apollo/server'), ...options.versions }
  const live = liveSchema(services.plugins, log)
  const context = ({ catalogue }: Served): Context => ({ ...services, limits, log, versions, catalogue, defaultModel: options.defaultModel, refreshSchema: live.refresh })
  const running = operations(live, context, limits)
  const graphql = await apollo({ current: live.current, onSchema: live.onChange, context, limits, log })

  const app = express().disable('x-powered-by').set('query parser', 'simple')
  // longer than proxies keep a connection, so that none is closed while a request is on its way
  const server = createServer({ keepAliveTimeout: 65_000 }, app)
  const metrics = serveMetrics(services, running)
  app.use(metrics.measure)
  app.use((request, response, next) => {
    const { origin, host } = request.headers
    response.set({ 'X-Content-Type-Options': 'nosniff', Vary: 'Origin' })
    if (!allowOrigin(origin, host)) return void response.status(403).json({ errors: [{ message: `Pages of ${origin} may not call this server. Start it with that origin allowed.`, extensions: { code: 'FORBIDDEN_ORIGIN' } }] })
    if (origin) response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Headers': 'content-type, apollo-require-preflight', 'Access-Control-Allow-Methods': 'GET, POST', 'Access-Control-Max-Age': '600' })
    if (request.method === 'OPTIONS') return void response.status(204).end()
    next()
  })
  app.use('/graphql', express.json({ limit: limits.bodyBytes }))
  const events = serveEvents(running, log)
  app.use('/graphql', (request, response, next) => wantsEvents(request) && ['GET', 'POST'].includes(request.method) ? events(request, response) : next())
  app.get('/graphql', (request, response, next) => request.accepts(['json', 'html']) === 'html' && !request.query.query ? response.redirect('/graphiql/') : next())
  app.use('/graphql', async (request, _response, next) => { await live.lookFor(request.body?.query ?? request.query.query); next() }, graphql.handler)
  app.use(uploadRoutes(services.uploads, limits), recipeRoutes(services.recipes, limits), fileRoutes(services), healthRoutes(services), metrics.routes, pageRoutes(services.artifacts.origin))
  app.use((request, response) => { response.status(404).json({ error: { code: 'NOT_FOUND', message: `Nothing is at ${request.method} ${request.path}.` } }) })
  app.use(failure(limits.bodyBytes, log))

  const sockets = serveWebSockets(server, { operations: running, allowOrigin, log, bodyBytes: limits.bodyBytes, connectionInitTimeout: options.connectionInitTimeout ?? 5000 })
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(options.port, host, () => { server.off('error', reject); resolve() }) })
  const { port } = server.address() as AddressInfo
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return {
    url: `http://${shown}:${port}`, port,
    /** Takes no new requests, ends subscriptions (readers come back with their cursor), lets requests finish, then closes. */
    async close() {
      live.close()
      const closed = new Promise<void>(resolve => { server.close(() => resolve()) })
      await sockets.close()
      await running.close()
      const sweep = setInterval(() => server.closeIdleConnections(), 50)
      const late = setTimeout(() => server.closeAllConnections(), 5000)
      await closed
      clearInterval(sweep)
      clearTimeout(late)
      await graphql.stop()
    },
  }
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Errors of the HTTP layer, in GraphQL's form since most are met on /graphql. */
const failure = (bodyBytes: number, log: Log): ErrorRequestHandler => (error, _request, response, next) => {
  if (response.headersSent) return next(error)
  const refuse = (status: number, code: string, message: string, more = {}) => response.status(status).json({ errors: [{ message, extensions: { code, ...more } }] })
  if (error.type === 'entity.too.large') return void refuse(413, 'BODY_TOO_LARGE', `The request has more than ${bodyBytes} bytes, which is the limit.`, { limit: bodyBytes })
  if (error.type === 'entity.parse.failed') return void refuse(400, 'BAD_REQUEST', 'The request is not valid JSON.')
  if (error.status >= 400 && error.status < 500) return void refuse(error.status, 'BAD_REQUEST', error.expose ? error.message : 'The request cannot be read.')
  response.status(500).json({ errors: [masked(error, log)] })
}

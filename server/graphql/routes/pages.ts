import express, { Router, type RequestHandler } from 'express'
import { rootFile } from '../root.js'

/** No page loads anything from another host, but pictures from the artifact store, and the browser holds them to it. */
const policy = (artifacts = ''): RequestHandler => (_request, response, next) => {
  response.set('Content-Security-Policy', [
    "default-src 'self'", `img-src 'self' data: blob: ${artifacts}`, `media-src 'self' ${artifacts}`, "style-src 'self' 'unsafe-inline'", "font-src 'self' data:", "worker-src 'self' blob:", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'self'",
  ].join('; '))
  response.set('Referrer-Policy', 'no-referrer')
  next()
}

/** `/`: the small page, served from its sources, with the client beside it. `/graphiql`: the explorer, bundled by the build. */
export function pageRoutes(artifacts?: string): Router {
  return Router()
    .use('/graphiql', policy(artifacts), express.static(rootFile('dist/graphiql'), { maxAge: '1h' }))
    .use('/client', express.static(rootFile('dist/client'), { extensions: ['js'], maxAge: 0 }))
    .use('/', policy(artifacts), express.static(rootFile('server/graphql/page'), { maxAge: 0 }))
}

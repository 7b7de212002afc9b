import { Router, type Request, type Response } from 'express'
import { endingOf } from '../../core/formats.js'
import type { ArtifactFiles, Uploads } from '../../core/services.js'

interface File { readonly bytes: Uint8Array; readonly mimeType: string }

/** GET /artifacts/:id and /uploads/:id. What an id names never changes, so it is cached for good. `?download` saves under a name. */
export function fileRoutes({ artifacts, uploads }: { artifacts: ArtifactFiles; uploads: Uploads }): Router {
  return Router()
    .get('/artifacts/:id', async (request, response) => {
      const link = await artifacts.link?.(request.params.id, 'download' in request.query ? `noisegraph-${request.params.id}` : undefined)
      // The link changes each time, and so does the answer.
      if (link) response.set('Cache-Control', 'no-store').redirect(302, link)
      else await send(request, response, 'picture', () => artifacts.open(request.params.id))
    })
    .get('/uploads/:id', (request, response) => send(request, response, 'upload', async () => {
      const upload = await uploads.get(request.params.id)
      return upload && { bytes: await uploads.read(upload.id), mimeType: upload.mimeType }
    }))
}

async function send(request: Request, response: Response, what: string, open: () => Promise<File | undefined>): Promise<void> {
  const id = String(request.params.id)
  const file = await open()
  if (!file) return void response.status(404).json({ error: { code: 'NOT_FOUND', message: `There is no ${what} "${id.slice(0, 100)}". It may have been deleted.` } })
  const name = `noisegraph-${id.replace(/\.\w+$/, '').replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 80)}.${endingOf(file.mimeType)}`
  const etag = `"${encodeURIComponent(id)}"`
  response.set({
    'Content-Type': file.mimeType, 'Cache-Control': 'public, max-age=31536000, immutable', ETag: etag,
    'Content-Security-Policy': "default-src 'none'; sandbox", 'Cross-Origin-Resource-Policy': 'cross-origin',
    'Content-Disposition': `${'download' in request.query ? 'attachment' : 'inline'}; filename="${name}"`,
  })
  if (request.headers['if-none-match']?.includes(etag)) return void response.status(304).end()
  response.end(file.bytes)
}

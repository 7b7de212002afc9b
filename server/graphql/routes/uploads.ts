import busboy from 'busboy'
import { Router, type Request, type RequestHandler, type Response } from 'express'
import { NoisegraphError } from '../../core/errors.js'
import type { Recipes, Uploads } from '../../core/services.js'
import type { Limits } from '../limits.js'
import { checkPicture } from '../pictures.js'

class TooLarge extends NoisegraphError {
  constructor(limit: number) { super('INVALID_IMAGE', `The upload has more than ${limit} bytes, which is the limit. Make the picture smaller.`, 'file') }
}

/** POST /uploads with a picture as the body, or as the first file of a form; answers its id. */
export function uploadRoutes(uploads: Uploads, limits: Limits): Router {
  return Router().post('/uploads', withFile(limits, async (bytes, response) => {
    await checkPicture(bytes, limits.uploadPixels)
    const upload = await uploads.put(once(bytes))
    response.status(201).location(`/uploads/${upload.id}`).json({ ...upload })
  }))
}

/** POST /recipes with a finished file, sent as an upload is; answers the order inside it. The file is not kept. */
export function recipeRoutes(recipes: Recipes, limits: Limits): Router {
  return Router().post('/recipes', withFile(limits, async (bytes, response) => { response.json(await recipes.read(bytes)) }))
}

const withFile = ({ uploadBytes }: Limits, use: (bytes: Buffer, response: Response) => Promise<void>): RequestHandler => async (request, response) => {
  try {
    const bytes = request.is('multipart/form-data') ? await fromForm(request, uploadBytes) : await fromBody(request, uploadBytes)
    if (!bytes.length) throw new NoisegraphError('INVALID_IMAGE', 'The upload is empty. Send the file as the body, or as a file of a form.', 'file')
    await use(bytes, response)
  } catch (error) {
    if (!(error instanceof NoisegraphError)) throw error
    refuse(response, error)
  }
}

async function* once(bytes: Uint8Array) { yield bytes }

function refuse(response: Response, error: NoisegraphError): void {
  const { code, message, field, retryable } = error
  if (error instanceof TooLarge) response.set('Connection', 'close') // the rest of the body is not read
  response.status(error instanceof TooLarge ? 413 : 422).json({ error: { code, message, field, retryable } })
}

async function fromBody(request: Request, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new TooLarge(limit)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if ((size += chunk.length) > limit) throw new TooLarge(limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function fromForm(request: Request, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const broken = (error: unknown) => reject(new NoisegraphError('INVALID_IMAGE', `The form cannot be read: ${(error as Error).message}.`, 'file', { cause: error }))
    let form: busboy.Busboy
    try {
      form = busboy({ headers: request.headers, limits: { files: 1, fields: 16, fileSize: limit } })
    } catch (error) {
      return broken(error)
    }
    const chunks: Buffer[] = []
    form.on('file', (_name, file) => {
      file.on('data', (chunk: Buffer) => chunks.push(chunk))
      file.on('limit', () => { request.unpipe(form); reject(new TooLarge(limit)) })
    })
    form.on('close', () => resolve(Buffer.concat(chunks)))
    form.on('error', broken)
    request.on('aborted', () => broken(new Error('the client left before its end')))
    request.pipe(form)
  })
}

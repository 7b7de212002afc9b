import { AwsClient } from 'aws4fetch'
import type { ArtifactStore } from '../core/services.js'
import { described, idOf, typeOfId } from './ids.js'

export interface S3Settings {
  /** Address of the bucket, with a prefix where there is one: `https://s3.eu-central-1.amazonaws.com/pictures/noisegraph`. */
  readonly address: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  /** Seconds that a link lives which readers are sent to; without it, this server passes the files on. */
  readonly linkSeconds?: number | undefined
}

/** Finished files in any store that speaks S3 (requests signed as AWS Signature Version 4), under the ids of the folder store. */
export function s3Store({ address, region, accessKeyId, secretAccessKey, sessionToken, linkSeconds }: S3Settings, url: (id: string) => string): ArtifactStore {
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 3, ...(sessionToken && { sessionToken }) })
  const at = (id: string) => `${address.replace(/\/+$/, '')}/${id}`
  const ask = async (method: 'GET' | 'PUT' | 'DELETE', id: string, init: { readonly body?: Uint8Array<ArrayBuffer>; readonly headers?: Record<string, string> } = {}): Promise<Response | undefined> => {
    const response = await client.fetch(at(id), { method, ...init })
    if (response.ok) return response
    const text = await response.text()
    if (response.status === 404 && !text.includes('NoSuchBucket')) return undefined
    throw new Error(`the artifact store answers ${response.status} to ${method} ${id}: ${/<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? response.statusText} ${/<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? ''}`.trim())
  }
  return {
    async put(generationId, file) {
      const id = idOf(generationId, file)
      const stored = await ask('PUT', id, { body: new Uint8Array(file.bytes), headers: { 'content-type': file.mimeType, 'cache-control': 'public, max-age=31536000, immutable' } })
      if (!stored) throw new Error(`the artifact store has no place for ${id}: it answers 404`)
      return described(id, url(id), file)
    },
    async open(id) {
      const mimeType = typeOfId(id)
      const response = mimeType && await ask('GET', id)
      return response ? { bytes: new Uint8Array(await response.arrayBuffer()), mimeType: mimeType! } : undefined
    },
    async remove(ids) {
      for (const id of ids) if (typeOfId(id)) await ask('DELETE', id)
    },
    ...(linkSeconds !== undefined && {
      origin: new URL(address).origin,
      async link(id: string, saveAs?: string) {
        if (!typeOfId(id)) return undefined
        const link = new URL(at(id))
        link.searchParams.set('X-Amz-Expires', String(linkSeconds))
        if (saveAs) link.searchParams.set('response-content-disposition', `attachment; filename="${saveAs}"`)
        return (await client.sign(link, { aws: { signQuery: true } })).url
      },
    }),
  }
}

/** A store that speaks S3 on this machine: it keeps objects in memory and checks every signature by AWS Signature Version 4, from the specification. */
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { s3Store } from './s3-store.js'

const [accessKeyId, secret, region] = ['AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', 'eu-central-1']
const objects = new Map<string, { bytes: Buffer; type: string }>()
const asked: string[] = []
let failures = 0

const sha = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest()
const coded = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** Why a request is refused; undefined where its signature is right. */
function refusal(request: IncomingMessage, body: Buffer): string | undefined {
  const url = new URL(request.url!, 'http://x')
  const query = url.searchParams.get('X-Amz-Signature') !== null
  const header = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(request.headers.authorization ?? '')
  if (!query && !header) return 'AccessDenied'
  const [credential, signed, signature] = query ? [url.searchParams.get('X-Amz-Credential')!, url.searchParams.get('X-Amz-SignedHeaders')!, url.searchParams.get('X-Amz-Signature')!] : [header![1]!, header![2]!, header![3]!]
  const date = query ? url.searchParams.get('X-Amz-Date')! : String(request.headers['x-amz-date'])
  const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`
  if (credential !== `${accessKeyId}/${scope}`) return 'InvalidAccessKeyId'
  const given = query ? 'UNSIGNED-PAYLOAD' : String(request.headers['x-amz-content-sha256'])
  if (given !== 'UNSIGNED-PAYLOAD' && given !== sha(body)) return 'XAmzContentSHA256Mismatch'
  const parameters = [...url.searchParams].filter(([k]) => k !== 'X-Amz-Signature').map(([k, v]) => [coded(k), coded(v)] as const).sort(([a], [b]) => (a < b ? -1 : 1)).map(p => p.join('=')).join('&')
  const headers = signed.split(';').map(name => `${name}:${String(request.headers[name]).trim()}\n`).join('')
  const canonical = [request.method, url.pathname, parameters, headers, signed, given].join('\n')
  const key = ['s3', 'aws4_request'].reduce(hmac, hmac(hmac(`AWS4${secret}`, date.slice(0, 8)), region))
  return hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha(canonical)].join('\n')).toString('hex') === signature ? undefined : 'SignatureDoesNotMatch'
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (c: Buffer) => chunks.push(c)).on('end', () => {
    const body = Buffer.concat(chunks)
    const { pathname, searchParams } = new URL(request.url!, 'http://x')
    asked.push(`${request.method} ${pathname}`)
    const refuse = (status: number, code: string) => { response.statusCode = status; response.end(`<Error><Code>${code}</Code><Message>because</Message></Error>`) }
    if (failures > 0) { failures--; return refuse(503, 'SlowDown') }
    const why = refusal(request, body)
    if (why) return refuse(403, why)
    if (!pathname.startsWith('/pictures/')) return refuse(404, 'NoSuchBucket')
    if (request.method === 'PUT') { objects.set(pathname, { bytes: body, type: String(request.headers['content-type']) }); return response.end() }
    if (request.method === 'DELETE') { objects.delete(pathname); response.statusCode = 204; return response.end() }
    const found = objects.get(pathname)
    if (!found) return refuse(404, 'NoSuchKey')
    response.setHeader('content-type', found.type)
    const save = searchParams.get('response-content-disposition')
    if (save) response.setHeader('content-disposition', save)
    response.end(found.bytes)
  })
})
let endpoint = ''
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => { server.closeAllConnections(); server.close() })

const store = (changes: object = {}) => s3Store({ address: `${endpoint}/pictures/deep/er`, region, accessKeyId, secretAccessKey: secret, linkSeconds: 600, ...changes }, id => `/artifacts/${id}`)
const file = { bytes: Uint8Array.of(1, 2, 3), mimeType: 'image/webp', width: 5, height: 3, index: 0, seed: '7' }

test('a file goes in under its id, comes out again, is replaced, and is removed', async () => {
  await store().put('g-1', { ...file, bytes: Uint8Array.of(9) })
  const kept = await store().put('g-1', file)
  expect(kept).toEqual({ id: 'g-1-0.webp', url: '/artifacts/g-1-0.webp', mimeType: 'image/webp', width: 5, height: 3, bytes: 3, index: 0, seed: '7' })
  expect([...objects]).toEqual([['/pictures/deep/er/g-1-0.webp', { bytes: Buffer.of(1, 2, 3), type: 'image/webp' }]])
  const opened = await store().open(kept.id)
  expect([opened!.mimeType, ...opened!.bytes]).toEqual(['image/webp', 1, 2, 3])
  const before = asked.length
  expect([await store().open('g-1-9.png'), await store().open('../secret')]).toEqual([undefined, undefined])
  // What is no id is never asked for.
  expect(asked.length).toBe(before + 1)
  await store().remove([kept.id, 'g-1-9.png', '../secret'])
  expect(objects.size).toBe(0)
})

test('links are signed too: anyone may read by them, nobody may change them', async () => {
  const { id } = await store().put('g-2', file)
  const link = (await store().link!(id, 'noisegraph-fox.webp'))!
  const answer = await fetch(link)
  expect([answer.status, answer.headers.get('content-disposition'), ...new Uint8Array(await answer.arrayBuffer())]).toEqual([200, 'attachment; filename="noisegraph-fox.webp"', 1, 2, 3])
  expect((await fetch(link.replace('X-Amz-Expires=600', 'X-Amz-Expires=6000'))).status).toBe(403)
  expect((await fetch(`${endpoint}/pictures/deep/er/${id}`)).status).toBe(403)
  expect(store({ linkSeconds: undefined }).link).toBeUndefined()
  expect(await store().link!('../secret')).toBeUndefined()
})

test('a store that is busy is asked again; one that refuses says why', async () => {
  failures = 2
  await store().put('g-3', file)
  await expect(store({ secretAccessKey: 'wrong' }).put('g-4', file)).rejects.toThrow(/403 to PUT g-4-0.webp: SignatureDoesNotMatch because/)
  await expect(s3Store({ address: `${endpoint}/none`, region, accessKeyId, secretAccessKey: secret }, id => id).put('g-5', file)).rejects.toThrow(/NoSuchBucket/)
})

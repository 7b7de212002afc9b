import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pullModel, type Pulling } from './pull.js'

/** A hub on this machine, which serves the shipped model as one repository and can be told to fail. */
const shipped = fileURLToPath(new URL('../../../models/emoji64', import.meta.url))
const commit = 'a'.repeat(40)
const files = readdirSync(shipped, { recursive: true, withFileTypes: true }).filter(e => e.isFile()).map(e => relative(shipped, join(e.parentPath, e.name)))
const asked: { path: string; range: string | undefined }[] = []
let cutAfter = Infinity
let spoil = ''

function answer(path: string) {
  const bytes = readFileSync(join(shipped, path))
  const large = path.endsWith('.onnx')
  const git = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
  return { type: 'file', path, size: bytes.length, oid: git, ...(large && { lfs: { oid: createHash('sha256').update(bytes).digest('hex'), size: bytes.length, pointerSize: 134 } }) }
}

const server: Server = createServer((request, response) => {
  const { pathname } = new URL(request.url!, 'http://hub')
  const json = (value: unknown) => { response.setHeader('content-type', 'application/json'); response.end(JSON.stringify(value)) }
  if (pathname.startsWith('/api/models/demo/emoji/tree/')) return json(files.map(answer))
  if (pathname.startsWith('/api/models/demo/emoji')) return json({ _id: '1', id: 'demo/emoji', modelId: 'demo/emoji', sha: commit, private: false, downloads: 0, likes: 0, gated: false, lastModified: '2026-01-01T00:00:00.000Z' })
  const path = /^\/demo\/emoji\/resolve\/a{40}\/(.+)$/.exec(pathname)?.[1]
  if (!path || !files.includes(path)) { response.statusCode = 404; return response.end('{}') }
  const { range } = request.headers
  asked.push({ path, range })
  let bytes = readFileSync(join(shipped, path))
  if (path === spoil) { bytes = Buffer.from(bytes); bytes[bytes.length - 1]! ^= 1 }
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
  response.statusCode = range ? 206 : 200
  response.setHeader('content-length', bytes.length - from)
  const end = Math.min(bytes.length, from + cutAfter)
  response.write(bytes.subarray(from, end), () => (end < bytes.length ? request.socket.destroy() : response.end()))
})
let endpoint = ''
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
const into = mkdtempSync(join(tmpdir(), 'noisegraph-pull-'))
afterAll(() => { server.closeAllConnections(); server.close(); rmSync(into, { recursive: true }) })
beforeEach(() => { asked.length = 0; cutAfter = Infinity; spoil = '' })

async function pull(name: string) {
  const seen: Pulling[] = []
  const pulling = pullModel({ repo: 'demo/emoji', into, name, endpoint })
  for (;;) {
    const next = await pulling.next()
    if (next.done) return { folder: next.value, seen }
    seen.push(next.value)
  }
}

test('only what is needed is brought, and progress ends at the total', async () => {
  const { folder, seen } = await pull('whole')
  expect(folder.parts.size).toBe(4)
  const brought = asked.map(a => a.path)
  expect(brought).toEqual(expect.arrayContaining(['unet/model.onnx', 'tokenizer/vocab.json', 'scheduler/scheduler_config.json', 'noisegraph.json']))
  expect(brought.filter(p => /reference|recipe|examples|README/.test(p))).toEqual([])
  expect(seen.at(-1)!.bytes).toBe(seen.at(-1)!.totalBytes)
  expect(Buffer.compare(readFileSync(join(into, 'whole/unet/model.onnx')), readFileSync(join(shipped, 'unet/model.onnx')))).toBe(0)
})

test('after an interruption it goes on in the middle of the file', async () => {
  cutAfter = 5_000_000
  await expect(pull('cut')).rejects.toThrow()
  expect(existsSync(join(into, 'cut'))).toBe(false)
  const part = join(into, '.pulling-cut/unet/model.onnx.part')
  const had = statSync(part).size
  expect(had).toBeGreaterThan(1_000_000)
  const before = asked.map(a => a.path)
  asked.length = 0
  cutAfter = Infinity
  await pull('cut')
  expect(asked.find(a => a.path === 'unet/model.onnx')!.range).toBe(`bytes=${had}-`)
  expect(asked.filter(a => before.includes(a.path)).map(a => a.path)).toEqual(['unet/model.onnx'])
  expect(existsSync(join(into, '.pulling-cut'))).toBe(false)
})

test.each(['vae_decoder/model.onnx', 'unet/config.json'])('a damaged %s is noticed, thrown away, and brought again', async path => {
  spoil = path
  const name = `damaged-${path.split('/')[0]}`
  await expect(pull(name)).rejects.toMatchObject({ code: 'BROKEN_MODEL', message: expect.stringMatching(`${path} arrived damaged`) as string })
  spoil = ''
  expect((await pull(name)).folder.parts.size).toBe(4)
})

test.each([
  ['no/such-thing', 'x', 'UNKNOWN_MODEL'], ['nonsense', 'x', 'INVALID_OPTION'], ['demo/emoji', '../out', 'INVALID_OPTION'],
])('%s as %s is refused', async (repo, name, code) => {
  await expect(pullModel({ repo, into, name, endpoint }).next()).rejects.toMatchObject({ code })
})

import { createServer, type Server } from 'node:http'
import { readFile } from 'node:fs/promises'
import { type AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser } from 'playwright-core'
import { createEngine, type Tensor } from './index.js'

const root = fileURLToPath(new URL('../..', import.meta.url)), types: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' }

/** Serves dist/ and models/; below /isolated/ with the headers that let a page share memory. */
const server: Server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url!, 'http://x').pathname), isolated = path.startsWith('/isolated/'), file = isolated ? path.slice(9) : path
  void (file === '/' ? Promise.resolve(Buffer.from('<!doctype html><title>engine</title>')) : readFile(join(root, file))).then(
    body => response.writeHead(200, {
      'content-type': types[extname(file)] ?? (file === '/' ? 'text/html' : 'application/octet-stream'),
      ...isolated && { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' },
    }).end(body),
    () => response.writeHead(404).end())
})

interface Wanted { readonly name: string; readonly type: Tensor['type']; readonly shape: number[]; readonly values: number[] }
const inputs: Wanted[] = [
  { name: 'sample', type: 'float32', shape: [1, 4, 16, 16], values: Array.from({ length: 1024 }, (_, i) => (i * 7919 % 2003 - 1001) / 512) },
  { name: 'timestep', type: 'int64', shape: [1], values: [421] },
  { name: 'encoder_hidden_states', type: 'float32', shape: [1, 32, 128], values: Array.from({ length: 4096 }, (_, i) => (i * 104729 % 2003 - 1001) / 512) },
]

let browser: Browser, base: string
beforeAll(async () => {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
})
afterAll(async () => { await browser?.close(); server.close() })

/** What the page does, as text: it is compiled there. */
const program = `async ({ prefix, inputs, options }) => {
  const { createEngine } = await import(prefix + '/dist/wasm/index.js')
  const engine = await createEngine(options)
  const session = await engine.load(new URL(prefix + '/models/emoji64/unet/model.onnx', location.href))
  const feeds = Object.fromEntries(inputs.map(i => [i.name, { type: i.type, shape: i.shape, data: i.type === 'int64' ? BigInt64Array.from(i.values, BigInt) : Float32Array.from(i.values) }]))
  const { out_sample } = await session.run(feeds)
  const result = { build: engine.build, threads: engine.threads, isolated: crossOriginIsolated, values: Array.from(out_sample.data) }
  await engine.close()
  return result
}`

async function inPage(prefix: string, options: object): Promise<{ build: string; threads: number; isolated: boolean; values: number[] }> {
  const page = await browser.newPage()
  try {
    await page.goto(`${base}${prefix}/`)
    return await page.evaluate(`(${program})(${JSON.stringify({ prefix, inputs, options })})`)
  } finally { await page.close() }
}

async function inNode(build: 'strict' | 'fast'): Promise<number[]> {
  const engine = await createEngine({ build, threads: 1 })
  const session = await engine.load(join(root, 'models/emoji64/unet/model.onnx'))
  const out = await session.run(Object.fromEntries(inputs.map(i => [i.name, { type: i.type, shape: i.shape, data: i.type === 'int64' ? BigInt64Array.from(i.values, BigInt) : Float32Array.from(i.values) } as Tensor])))
  await engine.close()
  return Array.from((out.out_sample as Tensor).data as Float32Array)
}

test('an isolated page runs the shipped model on threads, as Node does', async () => {
  const got = await inPage('/isolated', { threads: 2 }), want = await inNode('fast')
  expect([got.isolated, got.build, got.threads]).toEqual([true, 'fast', 2])
  const most = want.reduce((m, v) => Math.max(m, Math.abs(v)), 0)
  expect(got.values.reduce((m, v, i) => Math.max(m, Math.abs(v - want[i]!)), 0)).toBeLessThan(1e-4 * most)
})

test('a page without isolation runs it too, with the bits of strict', async () => {
  const got = await inPage('', {})
  expect([got.isolated, got.build, got.threads]).toEqual([false, 'plain', 1])
  expect(got.values).toEqual(await inNode('strict'))
})

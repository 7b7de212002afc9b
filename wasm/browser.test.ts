import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { createEngine, type Build, type Tensor } from './index.js'

/** The browser of the system; NOISEGRAPH_CHROMIUM names another. */
const executablePath = process.env.NOISEGRAPH_CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const inBrowser = executablePath ? describe : describe.skip // a machine without a browser cannot run these

const root = fileURLToPath(new URL('../../', import.meta.url))
const example = /```html\n(.*?)```/s.exec(readFileSync(join(root, 'docs/wasm.md'), 'utf8'))![1]!
const kinds: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.onnx': 'application/octet-stream' }

/** The engine, the models and the page of the docs; with the headers that isolate it or without. */
async function serve(isolated: boolean): Promise<Server> {
  const server = createServer((request, response) => {
    void (async () => {
      const path = new URL(request.url!, 'http://x').pathname
      if (isolated) response.setHeader('cross-origin-opener-policy', 'same-origin').setHeader('cross-origin-embedder-policy', 'require-corp')
      if (path === '/') { response.setHeader('content-type', 'text/html').end(example); return }
      if (path === '/empty') { response.setHeader('content-type', 'text/html').end('<!doctype html>'); return }
      const file = path.startsWith('/noisegraph/wasm/') ? join(root, 'dist/wasm', path.slice(17)) : path.startsWith('/models/') ? join(root, path) : ''
      const bytes = await readFile(file).catch(() => undefined)
      if (!bytes) { response.writeHead(404).end(); return }
      response.setHeader('content-type', kinds[extname(file)] ?? 'text/plain').end(bytes)
    })()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}
const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

/** Fractions of powers of two: no library function decides about the bits. */
const values = (n: number, k: number): number[] => Array.from({ length: n }, (_, i) => ((i * 7919 + k * 104729) % 2003 - 1001) / 512)
interface Plain { readonly type: string; readonly shape: readonly number[]; readonly data: readonly number[] }
const parts: Record<string, Record<string, Plain>> = {
  text_encoder: { input_ids: { type: 'int64', shape: [1, 32], data: Array.from({ length: 32 }, (_, i) => i * 67 % 2300) } },
  unet: { sample: { type: 'float32', shape: [1, 4, 16, 16], data: values(1024, 1) }, timestep: { type: 'int64', shape: [1], data: [421] }, encoder_hidden_states: { type: 'float32', shape: [1, 32, 128], data: values(4096, 2) } },
  vae_decoder: { latent_sample: { type: 'float32', shape: [1, 4, 16, 16], data: values(1024, 3) } },
}

/** What the page does to run the parts; the same thing is done here in Node. */
const inPage = (build: string): string => `(async () => {
  const { createEngine } = await import('/noisegraph/wasm/index.js')
  const engine = await createEngine({ build: '${build}', threads: 3 }), outputs = {}
  for (const [part, feeds] of Object.entries(${JSON.stringify(parts)})) {
    const session = await engine.load('/models/emoji64/' + part + '/model.onnx')
    const out = await session.run(Object.fromEntries(Object.entries(feeds).map(([k, t]) => [k, { ...t, data: t.type === 'int64' ? BigInt64Array.from(t.data, BigInt) : Float32Array.from(t.data) }])))
    outputs[part] = Array.from(Object.values(out)[0].data)
  }
  await engine.close()
  return { build: engine.build, threads: engine.threads, isolated: crossOriginIsolated, outputs }
})()`
interface Answer { readonly build: Build; readonly threads: number; readonly isolated: boolean; readonly outputs: Record<string, number[]> }

async function inNode(build: Build): Promise<Record<string, number[]>> {
  const engine = await createEngine({ build, threads: 2 }), outputs: Record<string, number[]> = {}
  for (const [part, feeds] of Object.entries(parts)) {
    const session = await engine.load(join(root, 'models/emoji64', part, 'model.onnx'))
    const out = await session.run(Object.fromEntries(Object.entries(feeds).map(([k, t]) => [k, { ...t, data: t.type === 'int64' ? BigInt64Array.from(t.data, BigInt) : Float32Array.from(t.data) } as Tensor])))
    outputs[part] = Array.from((Object.values(out)[0] as Tensor).data as Float32Array)
  }
  await engine.close()
  return outputs
}

inBrowser('in a page', () => {
  let browser: Browser, isolated: Server, open: Server, strict: Record<string, number[]>
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-gpu'] })
    isolated = await serve(true)
    open = await serve(false)
    strict = await inNode('strict')
  })
  afterAll(async () => { await browser?.close(); isolated?.close(); open?.close() })

  async function visit(server: Server, path: string): Promise<{ page: Page; trouble: string[] }> {
    const page = await browser.newPage(), trouble: string[] = []
    page.on('pageerror', e => trouble.push(e.message))
    await page.goto(urlOf(server) + path)
    return { page, trouble }
  }
  async function answer(server: Server, build: string): Promise<Answer> {
    const { page, trouble } = await visit(server, '/empty')
    const got = await page.evaluate<Answer>(inPage(build))
    await page.close()
    expect(trouble).toEqual([])
    return got
  }

  test('strict arithmetic on threads gives the bits of Node', async () => {
    const got = await answer(isolated, 'strict')
    expect(got).toMatchObject({ build: 'strict', threads: 3, isolated: true })
    expect(got.outputs).toEqual(strict)
  })
  test('without isolation there is one thread, and the same bits', async () => {
    const got = await answer(open, 'auto')
    expect(got).toMatchObject({ build: 'plain', threads: 1, isolated: false })
    expect(got.outputs).toEqual(strict)
  })
  test('the fast build agrees within 1e-4 of the largest value: it rounds once where strict rounds twice', async () => {
    const got = await answer(isolated, 'auto')
    expect(got).toMatchObject({ build: 'fast', threads: 3 })
    for (const [part, want] of Object.entries(strict)) {
      const most = want.reduce((m, v) => Math.max(m, Math.abs(v)), 0)
      expect(got.outputs[part]!.reduce((m, v, i) => Math.max(m, Math.abs(v - want[i]!)), 0)).toBeLessThan(1e-4 * most)
    }
  })
  test('threads that were asked for and cannot be are refused with what to do; so is a model that is not there', async () => {
    const { page } = await visit(open, '/empty')
    const refusal = (code: string): Promise<unknown> => page.evaluate(`import('/noisegraph/wasm/index.js').then(async ({ createEngine }) => { ${code} }).then(() => 'none', e => [e.name, e.code, e.message])`)
    expect(await refusal('await createEngine({ build: "strict" })')).toEqual(['EngineError', 'UNSUPPORTED', expect.stringContaining('Cross-Origin-Opener-Policy')])
    expect(await refusal('await (await createEngine()).load("/models/none.onnx")')).toEqual(['EngineError', 'INVALID_MODEL', expect.stringContaining('404')])
    await page.close()
  })
  test.each([true, false])('the example of the docs draws an apple (isolated: %s)', async on => {
    const { page, trouble } = await visit(on ? isolated : open, '/')
    await page.waitForFunction(`/^(Done|Failed)/.test(document.querySelector('#status').textContent)`, undefined, { timeout: 60_000 })
    expect(await page.textContent('#status')).toContain(on ? 'Done, fast build' : 'Done, plain build')
    const [r, g, b, corner] = await page.evaluate<number[]>(`(() => { const c = document.querySelector('#picture').getContext('2d'); return [...c.getImageData(32, 36, 1, 1).data.slice(0, 3), c.getImageData(2, 2, 1, 1).data[2]] })()`)
    if (process.env.NOISEGRAPH_SCREENSHOTS) await page.screenshot({ path: `${process.env.NOISEGRAPH_SCREENSHOTS}/wasm-${on}.png` })
    // Red in the middle, blue in the corner.
    expect(r!).toBeGreaterThan(Math.max(g!, b!) + 40)
    expect(corner!).toBeGreaterThan(100)
    expect(trouble).toEqual([])
    await page.close()
  })
})

/** Every block of docs/api.md is run, in order, on a server. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { OperationTypeNode, getOperationAST, parse } from 'graphql'
import sharp from 'sharp'
import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import { startHttp, type HttpServer } from './http.js'
import { rootFile } from './root.js'
import { fakes, type Fakes } from './testing/fakes.js'
import { until } from './testing/server.js'

const blocks = [...readFileSync(rootFile('docs/api.md'), 'utf8').matchAll(/^```(graphql|sh)\n([\s\S]*?)^```$/gm)].map(([, kind, text]) => ({ kind, text: text!.replaceAll('emoji64', 'toy64') }))
const folder = mkdtempSync(join(tmpdir(), 'noisegraph-docs-'))
let server: HttpServer
let services: Fakes
const variables: Record<string, unknown> = { options: { eta: 0.5 } }

async function folderOf<T>(name: string): Promise<T[]> {
  const all: T[] = []
  for (const file of readdirSync(rootFile(`dist/plugins/${name}`)).filter(f => /^[^.]+\.js$/.test(f))) all.push((await import(rootFile(`dist/plugins/${name}/${file}`)) as { default: T }).default)
  return all
}

beforeAll(async () => {
  services = fakes({ samplers: await folderOf<Sampler>('samplers'), conditioners: await folderOf<Conditioner>('conditioners') })
  server = await startHttp(services, { port: 0 })
  const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#d33' } }).png().toBuffer()
  writeFileSync(join(folder, 'apple.png'), png)
  // The services of this test read recipes as plain JSON.
  writeFileSync(join(folder, 'fox.jpg'), '{ "seed": "7" }')
  const { id } = await (await fetch(`${server.url}/uploads`, { method: 'POST', body: png as Uint8Array<ArrayBuffer> })).json() as { id: string }
  Object.assign(variables, { picture: id, mask: id, clip: id })
})
afterAll(async () => { await server.close(); rmSync(folder, { recursive: true }) })

const post = (query: string, accept: string) => fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body: JSON.stringify({ query, variables }) })

test.each(blocks.map((block, i) => [i + 1, block.text.trim().split('\n')[0]!, block] as const))('block %i: %s', async (_, __, { kind, text }) => {
  if (kind === 'sh') {
    const command = text.replaceAll('http://localhost:4000', server.url).replaceAll('$ID', String(variables.id))
    const { stdout } = await promisify(execFile)('bash', ['-c', command], { cwd: folder })
    expect(stdout).toMatch(/"id":|event: complete|"seed":/)
    expect(stdout).not.toContain('"errors"')
    return
  }
  if (getOperationAST(parse(text))!.operation === OperationTypeNode.SUBSCRIPTION) {
    const body = (await post(text, 'text/event-stream')).body!.pipeThrough(new TextDecoderStream()).getReader()
    if (text.includes('pluginEvents')) void until(() => services.watchers === 2).then(() => services.tell({ type: 'loaded', name: 'new', file: 'new.ts' }))
    let seen = ''
    while (!/event: (complete|next[\s\S]*pluginEvents)/.test(seen)) seen += (await body.read()).value
    await body.cancel()
    expect(seen).not.toContain('"errors"')
    return
  }
  const { data, errors } = await (await post(text, 'application/json')).json() as { data: { generate?: { id?: string }; generation?: { recipe: unknown }; loadModel?: { id: string } }; errors?: unknown }
  expect(errors).toBeUndefined()
  if (text.includes('steps: 0')) expect(data.generate).toMatchObject({ code: 'INVALID_OPTION', field: 'steps', message: 'steps must be a whole number from 1 to 1000, got 0.' })
  else expect(JSON.stringify(data)).not.toContain('"message":')
  if (data.generate?.id && !variables.id) {
    variables.id = data.generate.id
    await services.run(data.generate.id, 1)
  }
  if (data.loadModel) variables.operation = data.loadModel.id
  if (data.generation) variables.recipe = data.generation.recipe
})

import { createConnection } from 'node:net'
import { createClient as createSse } from 'graphql-sse'
import { createClient as createWs } from 'graphql-ws'
import sharp from 'sharp'
import WebSocket from 'ws'
import { sampler, choice, flag, number, type Conditioner, type Sampler } from '../../plugins/sdk/index.js'
import classLabel from '../../plugins/conditioners/class-label.js'
import inpaint from '../../plugins/conditioners/inpaint.js'
import textConditioner from '../../plugins/conditioners/text.js'
import imageToImage from '../../plugins/conditioners/image-to-image.js'
import ddim from '../../plugins/samplers/ddim.js'
import dpm from '../../plugins/samplers/dpm-multistep.js'
import eulerAncestral from '../../plugins/samplers/euler-ancestral.js'
import type { Log } from './context.js'
import { startHttp, type HttpServer } from './http.js'
import { fakes, type Fakes } from './testing.js'

let server: HttpServer
let services: Fakes
const logged: object[] = []
const log: Log = { info: () => undefined, warn: () => undefined, error: fields => { logged.push(fields) } }
const plugins = () => ({ samplers: [ddim, dpm, eulerAncestral] as unknown as Sampler[], conditioners: [textConditioner, classLabel, inpaint, imageToImage] as unknown as Conditioner[] })

beforeAll(async () => {
  services = fakes(plugins())
  server = await startHttp(services, { port: 0, log, connectionInitTimeout: 300, limits: { uploadBytes: 100_000, uploadPixels: 1_000_000, subscriptions: 3 } })
})
afterAll(() => server.close())

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Answer = { data?: any; errors?: { message: string; extensions: any; path?: unknown }[] }
const ask = async (query: string, variables?: object): Promise<Answer> => {
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) })
  return await response.json() as Answer
}
const generate = (input: object) => ask('mutation($input: GenerateInput!) { generate(input: $input) { __typename ... on Generation { id seed recipe } ... on Problem { code message field retryable } } }', { input })
const orderOf = async (input: object) => {
  const { data, errors } = await generate(input)
  expect(errors).toBeUndefined()
  expect(data.generate).toMatchObject({ __typename: 'Generation' })
  return data.generate.recipe
}
const upload = (bytes: Buffer | string, type = 'image/png') => fetch(`${server.url}/uploads`, { method: 'POST', headers: { 'content-type': type }, body: bytes as Uint8Array<ArrayBuffer> | string })
const picture = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#369' } }).png().toBuffer()

describe('what plugins become', () => {
  test('typed options reach the order', async () => {
    expect((await orderOf({ prompt: 'a cat', sampler: { eulerAncestral: { eta: 0.5 } } })).sampler).toEqual({ name: 'euler-ancestral', options: { eta: 0.5, noiseScale: 1 } })
  })
  test('the generic form makes the same order', async () => {
    const typed = await orderOf({ seed: '3', sampler: { eulerAncestral: { eta: 0.5 } } })
    expect(await orderOf({ seed: '3', sampler: { plugin: { name: 'euler-ancestral', options: { eta: 0.5 } } } })).toEqual(typed)
  })
  test('a preset has a field of its own, with its own defaults', async () => {
    const { sampler: call } = await orderOf({ sampler: { dpmpp2mSde: {} } })
    expect(call).toMatchObject({ name: 'dpmpp-2m-sde' })
    expect(dpm.presets!['dpmpp-2m-sde']!.options).toEqual(expect.objectContaining(Object.fromEntries(Object.keys(dpm.presets!['dpmpp-2m-sde']!.options).map(k => [k, call.options[k]]))))
  })
  test('exactly one sampler', async () => {
    const { errors } = await generate({ sampler: { ddim: {}, eulerAncestral: {} } })
    expect(errors![0]!.message).toContain('Exactly one key must be specified for OneOf type "SamplerInput"')
    expect(errors![0]!.extensions.code).toBe('BAD_USER_INPUT')
    expect((await generate({ sampler: {} })).errors![0]!.message).toContain('Exactly one key')
  })
  test('choices that are no GraphQL names, and plugins that come while the server runs', async () => {
    const strange = sampler({ ...(eulerAncestral as unknown as Sampler), name: '2s++ strange', options: { algorithm: choice('Which.', ['dpmsolver++', 'sde-dpmsolver++', 'true', 'dpmsolverpp'], { default: 'dpmsolver++' }), deep: flag('Whether.', { default: false }), big: number('Any.', { default: Infinity, max: Infinity }) } })
    services.pluginList.samplers = [...services.pluginList.samplers, strange as unknown as Sampler]
    services.tell({ type: 'loaded', name: strange.name, file: 'strange.ts' })
    await new Promise(resolve => setTimeout(resolve, 50))
    const { data } = await ask('{ samplers { name inputField options { name choices enumValues } } __type(name: "_2sppStrangeSamplerAlgorithm") { enumValues { name } } }')
    const shown = data.samplers.find((s: { name: string }) => s.name === strange.name)
    expect(shown.inputField).toBe('_2sppStrange')
    expect(shown.options[0].enumValues).toEqual(['dpmsolverpp', 'sde_dpmsolverpp', 'true_', 'dpmsolverpp_'])
    expect((await orderOf({ sampler: { _2sppStrange: { algorithm: 'sde_dpmsolverpp' } } })).sampler.options.algorithm).toBe('sde-dpmsolver++')
    services.pluginList.samplers = services.pluginList.samplers.slice(0, -1)
    const reloaded = await ask('mutation { reloadPlugins { samplers { name } } }')
    expect(reloaded.data.reloadPlugins.samplers.map((s: { name: string }) => s.name)).not.toContain(strange.name)
    expect((await generate({ sampler: { _2sppStrange: {} } })).errors![0]!.message).toContain('is not defined by type "SamplerInput"')
  })
  test('a connection outlives the schema: the new input works on a socket that was open before', async () => {
    const client = overWs()
    const told = client.iterate({ query: 'subscription { pluginEvents { type name } }' })
    const first = told.next()
    await new Promise(resolve => setTimeout(resolve, 100))
    const before = services.pluginList.samplers
    services.pluginList.samplers = [...before, sampler({ ...(eulerAncestral as unknown as Sampler), name: 'late' }) as unknown as Sampler]
    services.tell({ type: 'loaded', name: 'late', file: 'late.ts' })
    expect((await first).value.data).toEqual({ pluginEvents: { type: 'LOADED', name: 'late' } })
    const made = await client.iterate({ query: 'mutation { generate(input: { sampler: { late: { eta: 0.25 } } }) { ... on Generation { sampler { name options } } } }' }).next()
    expect(made.value.data).toEqual({ generate: { sampler: { name: 'late', options: { eta: 0.25, noiseScale: 1 } } } })
    services.pluginList.samplers = before
    services.tell({ type: 'removed', name: 'late', file: 'late.ts' })
    expect((await told.next()).value.data.pluginEvents.type).toBe('REMOVED')
    await client.dispose()
  })
  test('every plugin shows its options and a JSON Schema', async () => {
    const { data } = await ask('{ samplers { name jsonSchema options { name kind required default min max } order stochastic cites } conditioners { name jsonSchema } schedules { name inputField } }')
    const shown = data.samplers.find((s: { name: string }) => s.name === 'euler-ancestral')
    expect(shown).toMatchObject({ stochastic: true, order: null, options: [{ name: 'eta', kind: 'NUMBER', required: false, default: 1, min: 0 }, { name: 'noiseScale' }] })
    expect(shown.jsonSchema).toMatchObject({ type: 'object', additionalProperties: false, properties: { eta: { type: 'number', minimum: 0, default: 1 } } })
    expect(data.conditioners.map((c: { name: string }) => c.name)).toEqual(['class-label', 'image-to-image', 'inpaint', 'text'])
    expect(data.schedules.map((s: { name: string }) => s.name)).toContain('karras')
  })
})

describe('requests that cannot be carried out', () => {
  const cases: readonly (readonly [what: string, input: object, problem: object])[] = [
    ['a model that is not there', { model: 'toy46' }, { __typename: 'InvalidInput', code: 'UNKNOWN_MODEL', field: 'model', message: expect.stringContaining('"toy64"') }],
    ['a sampler that is not there', { sampler: { plugin: { name: 'eular-ancestral' } } }, { code: 'UNKNOWN_PLUGIN', message: expect.stringContaining('Did you mean "euler-ancestral"') }],
    ['an unknown option', { sampler: { plugin: { name: 'ddim', options: { etta: 1 } } } }, { code: 'INVALID_OPTION', field: 'sampler.options.etta' }],
    ['an option out of range', { sampler: { eulerAncestral: { eta: -7 } } }, { code: 'INVALID_OPTION', field: 'sampler.options.eta', message: expect.stringMatching(/must be a number (from|of at least) 0.*got -7/) }],
    ['options that are no object', { sampler: { plugin: { name: 'ddim', options: [1] } } }, { code: 'INVALID_OPTION', field: 'sampler.options' }],
    ['0 steps', { steps: 0 }, { code: 'INVALID_OPTION', field: 'steps', message: expect.stringContaining('from 1 to 1000') }],
    ['too many steps', { steps: 1001 }, { code: 'INVALID_OPTION', field: 'steps' }],
    ['a size between multiples', { width: 100 }, { code: 'INVALID_OPTION', field: 'width', message: expect.stringContaining('96 and 104') }],
    ['a negative size', { height: -8 }, { code: 'INVALID_OPTION', field: 'height' }],
    ['too many pixels', { width: 8192, height: 8192, count: 2 }, { code: 'INVALID_OPTION', field: 'count' }],
    ['no pictures', { count: 0 }, { code: 'INVALID_OPTION', field: 'count' }],
    ['a guidance scale out of range', { guidanceScale: -1 }, { code: 'INVALID_OPTION', field: 'guidanceScale' }],
    ['100,000 characters', { prompt: 'x'.repeat(100_000) }, { code: 'INVALID_OPTION', field: 'prompt', retryable: false, message: expect.stringContaining('10000') }],
    ['100,000 characters by way of the conditioner', { conditioners: [{ text: { prompt: 'x'.repeat(100_000) } }] }, { code: 'INVALID_OPTION', field: 'conditioners.0.options.prompt' }],
    ['the prompt twice', { prompt: 'a', conditioners: [{ text: { prompt: 'b' } }] }, { code: 'INCOMPATIBLE', field: 'prompt' }],
    ['a conditioner that the model does not take', { conditioners: [{ classLabel: { label: 3 } }] }, { code: 'INCOMPATIBLE', field: 'conditioners.0.name' }],
    ['an upload that is not there', { conditioners: [{ imageToImage: { picture: 'nothing' } }] }, { code: 'UNKNOWN_UPLOAD', field: 'conditioners.0.options.picture' }],
    ['a recipe that is none', { recipe: { steps: 'many' } }, { code: 'INVALID_OPTION', field: 'recipe.steps' }],
  ]
  test.each(cases)('%s', async (_, input, problem) => {
    const { data, errors } = await generate(input)
    expect(errors).toBeUndefined()
    expect(data.generate).toMatchObject(problem)
  })
  test('NaN, fractions and infinity do not pass as numbers', async () => {
    for (const literal of ['{ steps: 2.5 }', '{ guidanceScale: "NaN" }', '{ guidanceScale: 1e999 }', '{ sampler: { eulerAncestral: { eta: 1e999 } } }', '{ seed: "-1" }', '{ seed: "18446744073709551616" }'])
      expect((await ask(`mutation { generate(input: ${literal}) { __typename ... on Problem { code } } }`))).toMatchObject(literal.includes('999') ? {} : { errors: [expect.anything()] })
    const { data, errors } = await ask('mutation { generate(input: { guidanceScale: 1e999 }) { ... on Problem { code field } } }')
    expect(errors?.[0]?.message ?? data.generate.code).toMatch(/Float cannot represent|INVALID_OPTION/)
  })
  test('a mask of another size', async () => {
    const [small, large] = await Promise.all([[32, 32], [64, 64]].map(async ([w, h]) => (await (await upload(await picture(w!, h!))).json() as { id: string }).id))
    const { data } = await generate({ conditioners: [{ inpaint: { picture: large, mask: small } }] })
    expect(data.generate).toMatchObject({ code: 'INVALID_IMAGE', field: 'conditioners.0.options.mask', message: expect.stringContaining('32 x 32') })
  })
  test('the same key with the same request is the same generation, with another a conflict', async () => {
    const [first, second, third] = [await generate({ prompt: 'a', idempotencyKey: 'k' }), await generate({ prompt: 'a', idempotencyKey: 'k' }), await generate({ prompt: 'b', idempotencyKey: 'k' })]
    expect(second.data.generate.id).toBe(first.data.generate.id)
    expect(third.data.generate).toMatchObject({ __typename: 'Conflict', code: 'IDEMPOTENCY_CONFLICT' })
  })
  test('a recipe makes the same order again, and gives way to what stands beside it', async () => {
    const recipe = await orderOf({ prompt: 'a fox', negativePrompt: 'blue', steps: 5, seed: '18446744073709551615', sampler: { dpmpp2m: {} }, schedule: { karras: {} } })
    expect(await orderOf({ recipe })).toEqual(recipe)
    const other = await orderOf({ recipe, prompt: 'a cat' })
    expect(other.conditioners[0].options).toMatchObject({ prompt: 'a cat', negativePrompt: 'blue' })
    expect({ ...other, conditioners: recipe.conditioners }).toEqual(recipe)
    const conditioned = await orderOf({ recipe, prompt: 'a dog', conditioners: [] })
    expect(conditioned.conditioners).toMatchObject([{ name: 'text', options: { prompt: 'a dog' } }])
  })
})

describe('limits', () => {
  test('depth', async () => {
    const small = await startHttp(services, { port: 0, limits: { queryDepth: 3 } })
    const response = await fetch(`${small.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: '{ generations { edges { node { id } } } }' }) })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ message: expect.stringContaining('the limit is 3'), extensions: { code: 'QUERY_TOO_DEEP', limit: 3 } }] })
    await small.close()
  })
  test('cost, with lists counted by their length', async () => {
    const { errors } = await ask('query($n: Int!) { a: generations(first: $n) { nodes { model { parts { name bytes className } } } } b: generations(first: $n) { nodes { model { parts { name bytes } } } } }', { n: 100 })
    expect(errors![0]).toMatchObject({ message: expect.stringContaining('the limit is 5000'), extensions: { code: 'QUERY_TOO_COSTLY', limit: 5000 } })
  })
  test('fragments that double one another are measured at once', async () => {
    const levels = Array.from({ length: 40 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ')
    const { errors } = await ask(`{ ...F0 } ${levels} fragment F40 on Query { models { name } }`)
    expect(errors![0]!.extensions.code).toBe('QUERY_TOO_COSTLY')
  })
  test('aliases, tokens, batches, bodies', async () => {
    expect((await ask(`{ ${Array.from({ length: 60 }, (_, i) => `a${i}: __typename`).join(' ')} }`)).errors![0]!.extensions).toMatchObject({ code: 'TOO_MANY_ALIASES', limit: 50 })
    expect((await ask(`{ ${'__typename '.repeat(5000)} }`)).errors![0]!.message).toContain('4000')
    const post = (body: string) => fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    expect((await post('[{"query":"{__typename}"}]')).status).toBe(400)
    const large = await post(JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(2 ** 20) } }))
    expect(large.status).toBe(413)
    expect(await large.json()).toMatchObject({ errors: [{ extensions: { code: 'BODY_TOO_LARGE', limit: 2 ** 20 } }] })
    expect((await post('{')).status).toBe(400)
  })
})

describe('errors', () => {
  test('unexpected ones are masked, and logged under the id that the client is told', async () => {
    const { list } = services.models
    Object.assign(services.models, { list: async () => { throw new Error('password=hunter2') } })
    const { errors } = await ask('{ models { name } }')
    Object.assign(services.models, { list })
    expect(JSON.stringify(errors)).not.toContain('hunter2')
    expect(errors![0]!.extensions).toMatchObject({ code: 'INTERNAL', retryable: true })
    expect(logged).toContainEqual(expect.objectContaining({ id: errors![0]!.extensions.id, err: expect.objectContaining({ message: 'password=hunter2' }) }))
  })
  test('expected ones keep their code', async () => {
    expect((await ask('{ generations(first: 0) { totalCount } }')).errors![0]!).toMatchObject({ path: ['generations'], extensions: { code: 'INVALID_OPTION', field: 'first' } })
    expect((await ask('mutation { cancelGeneration(id: "nothing") { ... on NotFound { code field } } deleteGeneration(id: "nothing") { ... on NotFound { code } } }')).data)
      .toEqual({ cancelGeneration: { code: 'UNKNOWN_GENERATION', field: 'id' }, deleteGeneration: { code: 'UNKNOWN_GENERATION' } })
  })
})

const followQuery = `subscription($id: ID!, $after: ID, $previewEvery: Int! = 1) { generationEvents(id: $id, after: $after, previewEvery: $previewEvery) {
  __typename id sequence at ... on SnapshotEvent { generation { status } } ... on StepEvent { index total percent preview } ... on SucceededEvent { artifacts { url seed } } ... on CancelledEvent { atStep } } }`
interface Seen { __typename: string; id: string; sequence: number; preview?: string | null }
const overWs = () => createWs({ url: `${server.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })

async function follow(variables: object, stop?: (event: Seen) => boolean, client = overWs()): Promise<Seen[]> {
  const seen: Seen[] = []
  for await (const { data, errors } of client.iterate<{ generationEvents: Seen }>({ query: followQuery, variables: variables as Record<string, unknown> })) {
    if (errors) throw Object.assign(new Error(errors[0]!.message), { extensions: errors[0]!.extensions })
    seen.push(data!.generationEvents)
    if (stop?.(seen.at(-1)!)) break
  }
  await client.dispose()
  return seen
}
const start = async (input: object = { prompt: 'a cat' }): Promise<string> => (await generate(input)).data.generate.id

describe('subscriptions', () => {
  const kinds = (seen: readonly Seen[]) => seen.map(e => e.__typename)
  test('a snapshot, then every event, then one that ends it', async () => {
    const id = await start()
    const following = follow({ id })
    await services.run(id)
    const seen = await following
    expect(kinds(seen)).toEqual(['SnapshotEvent', 'QueuedEvent', 'LoadingEvent', 'StartedEvent', ...Array(8).fill('StepEvent'), 'DecodingEvent', 'SucceededEvent'])
    expect(seen.slice(1).map(e => e.sequence)).toEqual(Array.from({ length: 13 }, (_, i) => i + 1))
    expect(await follow({ id, after: seen.at(-1)!.id })).toMatchObject([{ __typename: 'SnapshotEvent', generation: { status: 'SUCCEEDED' } }])
  })
  test('a reader that comes back with its cursor misses nothing and sees nothing twice', async () => {
    const id = await start()
    const running = services.run(id)
    const first = await follow({ id }, e => e.sequence === 5)
    const second = await follow({ id, after: first.at(-1)!.id })
    await running
    expect([...first.slice(1), ...second.slice(1)].map(e => e.sequence)).toEqual(Array.from({ length: 13 }, (_, i) => i + 1))
    expect(kinds([...first, ...second]).filter(k => /Succeeded|Failed|Cancelled/.test(k))).toHaveLength(1)
    expect((await follow({ id, after: '12' })).slice(1).map(e => e.sequence)).toEqual([13])
  })
  test('cancelled ends it, once', async () => {
    const id = await start({ steps: 100 })
    const following = follow({ id })
    const running = services.run(id)
    await new Promise(resolve => setTimeout(resolve, 40))
    expect((await ask('mutation($id: ID!) { cancelGeneration(id: $id) { ... on Generation { status } } }', { id })).data.cancelGeneration.status).toBe('CANCELLED')
    const seen = await following
    await running
    expect(kinds(seen).filter(k => /Succeeded|Failed|Cancelled/.test(k))).toEqual(['CancelledEvent'])
  })
  test('previews on every n-th step, or none', async () => {
    const id = await start()
    await services.run(id)
    const previews = async (previewEvery: number) => (await follow({ id, previewEvery })).filter(e => e.preview).length
    expect([await previews(0), await previews(1), await previews(3)]).toEqual([0, 8, 3])
  })
  test('over server-sent events, with a client of the protocol', async () => {
    const id = await start()
    await services.run(id)
    const client = createSse({ url: `${server.url}/graphql`, retryAttempts: 0 })
    const seen: Seen[] = []
    for await (const { data } of client.iterate<{ generationEvents: Seen }>({ query: followQuery, variables: { id } })) seen.push(data!.generationEvents)
    expect(seen).toHaveLength(14)
    client.dispose()
  })
  test('plugin events, by the browser’s way of reading them', async () => {
    const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent('subscription { pluginEvents { type name reason line } }')}`, { headers: { accept: 'text/event-stream' } })
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toBe(':\n\n')
    services.tell({ type: 'failed', name: 'broken', file: '/plugins/broken.ts', reason: 'Unexpected token', line: 3, column: 7 })
    expect((await reader.read()).value).toBe('event: next\ndata: {"data":{"pluginEvents":{"type":"FAILED","name":"broken","reason":"Unexpected token","line":3}}}\n\n')
    await reader.cancel()
    const mutation = await fetch(`${server.url}/graphql?query=${encodeURIComponent('mutation { reloadPlugins { failures { name } } }')}`, { headers: { accept: 'text/event-stream' } })
    expect(mutation.status).toBe(405)
  })
  test('unknown generations and wrong cursors', async () => {
    await expect(follow({ id: 'nothing' })).rejects.toMatchObject({ extensions: { code: 'UNKNOWN_GENERATION' } })
    await expect(follow({ id: await start(), after: 'yesterday' })).rejects.toMatchObject({ extensions: { code: 'INVALID_OPTION', field: 'after' } })
  })
  test('no more readers than the limit, and those that leave are gone at once', async () => {
    const id = await start()
    const client = overWs()
    const leave = [1, 2, 3].map(() => client.subscribe({ query: followQuery, variables: { id } }, { next: () => undefined, error: () => undefined, complete: () => undefined }))
    await new Promise(resolve => setTimeout(resolve, 60))
    expect(services.followers).toBe(3)
    await expect(follow({ id })).rejects.toMatchObject({ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS', limit: 3 } })
    for (const stop of leave) stop()
    await new Promise(resolve => setTimeout(resolve, 60))
    expect(services.followers).toBe(0)
    await client.dispose()
  })
  test('a reader that does not read holds its subscription back, and nothing piles up', async () => {
    const id = await start({ steps: 1000 })
    for (let index = 0; index < 2000; index++) services.emit(id, { type: 'step', index, total: 2000, networkCalls: index, timestep: 1, sigma: 1, percent: 1, milliseconds: 1, etaMilliseconds: 1, preview: 'x'.repeat(20_000) })
    const body = JSON.stringify({ query: followQuery, variables: { id } })
    const socket = createConnection(server.port, '127.0.0.1', () => socket.write(`POST /graphql HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`))
    socket.pause()
    services.handed = 0
    await new Promise(resolve => setTimeout(resolve, 400))
    // 40 MB are waiting; the buffers of two sockets hold a few
    expect(services.handed).toBeGreaterThan(10)
    expect(services.handed).toBeLessThan(1000)
    socket.destroy()
    await new Promise(resolve => setTimeout(resolve, 100))
    expect(services.followers).toBe(0)
  })
  test('a WebSocket that never initialises is closed', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    const [code, reason] = await new Promise<[number, string]>(resolve => socket.on('close', (c, r) => resolve([c, r.toString()])))
    expect([code, reason]).toEqual([4408, 'Connection initialisation timeout'])
  })
  test('limits hold for WebSockets, and pages of other sites are refused', async () => {
    const client = overWs()
    const deep = `{ ${Array.from({ length: 60 }, (_, i) => `a${i}: __typename`).join(' ')} }`
    await expect(client.iterate({ query: deep }).next()).rejects.toMatchObject([{ extensions: { code: 'TOO_MANY_ALIASES' } }])
    await client.dispose()
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { origin: 'https://elsewhere.example' })
    expect(await new Promise(resolve => socket.on('error', e => resolve(e.message)))).toContain('403')
    expect((await fetch(`${server.url}/graphql`, { method: 'POST', headers: { origin: 'https://elsewhere.example', 'content-type': 'application/json' }, body: '{}' })).status).toBe(403)
  })
})

describe('files', () => {
  test('an upload by body and by form, and back', async () => {
    const bytes = await picture(48, 32)
    const answer = await upload(bytes)
    expect(answer.status).toBe(201)
    const { id, width, height } = await answer.json() as { id: string; width: number; height: number }
    expect([width, height]).toEqual([48, 32])
    const form = new FormData()
    form.append('file', new Blob([bytes]), 'a.png')
    expect(await (await fetch(`${server.url}/uploads`, { method: 'POST', body: form })).json()).toMatchObject({ id })
    const back = await fetch(`${server.url}/uploads/${id}`)
    expect(back.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await back.arrayBuffer()).equals(bytes)).toBe(true)
    expect((await fetch(`${server.url}/uploads/none`)).status).toBe(404)
    expect((await fetch(`${server.url}/uploads/%E0%A4%A`)).status).toBe(400)
  })
  test('what is no picture, is cut short, is too large, or unpacks to too much', async () => {
    const refused = async (bytes: Buffer | string) => { const answer = await upload(bytes); return { status: answer.status, ...(await answer.json() as { error: object }).error } }
    expect(await refused('<svg xmlns="http://www.w3.org/2000/svg"/>')).toMatchObject({ status: 422, code: 'INVALID_IMAGE', message: expect.stringContaining('not a picture') })
    expect(await refused(Buffer.from('89504e470d0a1a0a00', 'hex'))).toMatchObject({ status: 422, code: 'INVALID_IMAGE' })
    expect(await refused('')).toMatchObject({ status: 422 })
    expect(await refused(Buffer.alloc(100_001))).toMatchObject({ status: 413, message: expect.stringContaining('100000') })
    const bomb = await sharp({ create: { width: 6000, height: 6000, channels: 3, background: '#000' } }).png({ compressionLevel: 9 }).toBuffer()
    expect(bomb.length).toBeLessThan(100_000 * 2)
    const header = bomb.subarray(0, 90_000)
    expect(await refused(header)).toMatchObject({ status: 422, code: 'INVALID_IMAGE', message: expect.stringContaining('6000 x 6000') })
    const form = new FormData()
    form.append('file', new Blob([Buffer.alloc(200_000)]), 'a.png')
    expect((await fetch(`${server.url}/uploads`, { method: 'POST', body: form })).status).toBe(413)
  })
  test('pictures are cached for good and saved under a name', async () => {
    const id = await start()
    await services.run(id)
    const { data } = await ask('query($id: ID!) { generation(id: $id) { artifacts { url downloadUrl bytes seed } } node(id: $id) { id __typename } }', { id })
    expect(data.node).toEqual({ id, __typename: 'Generation' })
    const [artifact] = data.generation.artifacts
    const answer = await fetch(server.url + artifact.url)
    expect(answer.headers.get('cache-control')).toContain('immutable')
    expect((await answer.arrayBuffer()).byteLength).toBe(artifact.bytes)
    expect((await fetch(server.url + artifact.url, { headers: { 'if-none-match': answer.headers.get('etag')! } })).status).toBe(304)
    expect((await fetch(server.url + artifact.downloadUrl)).headers.get('content-disposition')).toBe(`attachment; filename="noisegraph-${id}-0.png"`)
    expect((await fetch(`${server.url}/artifacts/none`)).status).toBe(404)
  })
})

describe('reading', () => {
  test('pages of generations', async () => {
    const ids: string[] = []
    for (let after: string | null = null, more = true; more;) {
      const { data }: Answer = await ask('query($after: String) { generations(first: 7, after: $after) { totalCount edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }', { after })
      ids.push(...data.generations.edges.map((e: { node: { id: string } }) => e.node.id))
      ;({ hasNextPage: more, endCursor: after } = data.generations.pageInfo)
      if (!more) expect(ids).toHaveLength(data.generations.totalCount)
    }
    expect(new Set(ids).size).toBe(ids.length)
    const { data } = await ask('{ generations(filter: { status: [CANCELLED], createdAfter: "2026-01-01T00:00:00Z" }) { nodes { status } } }')
    expect(data.generations.nodes.every((g: { status: string }) => g.status === 'CANCELLED')).toBe(true)
  })
  test('what runs here', async () => {
    const { data, errors } = await ask('{ runtime { devices { device available detail } engine threads versions { name version } memory { rssBytes } limits { promptLength } workers { rssBytes loadedModels } } models { id name isDefault parts { bytes } } node(id: "model:toy64") { ... on Model { name } } sampler: node(id: "sampler:ddim") { ... on Sampler { name } } }')
    expect(errors).toBeUndefined()
    expect(data.runtime).toMatchObject({ devices: [{ device: 'cpu', available: true }, { device: 'cuda', available: false }], threads: 2, workers: [{ rssBytes: 3_000_000_000 }] })
    expect(data).toMatchObject({ models: [{ isDefault: true }], node: { name: 'toy64' }, sampler: { name: 'ddim' } })
  })
  test('the schedule of exactly the run that would be made', async () => {
    const { data } = await ask('{ schedule(input: { steps: 4, sampler: { ddim: {} } }) { ... on SchedulePlan { timesteps alphas sigmas signalToNoise sampler { name } steps { timestep nextSigma } } } bad: schedule(input: { steps: 0 }) { ... on InvalidInput { field } } }')
    expect(data.schedule.timesteps).toEqual([999, 749, 499, 249])
    expect(data.schedule.alphas).toHaveLength(5)
    for (const [i, alpha] of data.schedule.alphas.entries()) expect(alpha ** 2 + data.schedule.sigmas[i] ** 2).toBeCloseTo(1, 6)
    expect(data.bad).toEqual({ field: 'steps' })
  })
  test('the forward process: closed form and single steps', async () => {
    const { id } = await (await upload(await picture(32, 16))).json() as { id: string }
    const query = 'query($id: ID!, $t: [Int!]!) { forwardProcess(image: $id, timesteps: $t, seed: "5") { ... on ForwardProcess { width height frames { timestep alpha sigma beta picture singleStep } } ... on Problem { code field } } }'
    const { data } = await ask(query, { id, t: [0, 500, 999] })
    const { width, height, frames } = data.forwardProcess
    expect([width, height]).toEqual([32, 16])
    const pixels = async (uri: string) => [...await sharp(Buffer.from(uri.split(',')[1]!, 'base64')).removeAlpha().raw().toBuffer()]
    const spread = (values: number[]) => { const mean = values.reduce((a, b) => a + b) / values.length; return Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length) }
    const reds = async (uri: string) => spread((await pixels(uri)).filter((_, i) => i % 3 === 0))
    for (const { alpha, sigma } of frames) expect(alpha ** 2 + sigma ** 2).toBeCloseTo(1, 6)
    expect(frames[0].beta).toBeCloseTo(1 - frames[0].alpha ** 2, 6)
    expect(await reds(frames[0].picture)).toBeLessThan(3)
    // unit noise clipped to the range of pixels has a spread of about 0.72 * 127.5
    expect(await reds(frames[2].picture)).toBeGreaterThan(70)
    expect(frames[1].picture).not.toBe(frames[1].singleStep)
    expect((await ask(query, { id, t: [500] })).data.forwardProcess.frames[0]).toEqual(frames[1])
    expect((await ask(query, { id, t: [1000] })).data.forwardProcess).toEqual({ code: 'INVALID_OPTION', field: 'timesteps.0' })
    expect((await ask(query, { id: 'none', t: [1] })).data.forwardProcess).toEqual({ code: 'UNKNOWN_UPLOAD', field: 'image' })
  })
  test('a browser that opens /graphql is shown the explorer', async () => {
    const answer = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }, redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/graphiql/'])
  })
  test('health and metrics', async () => {
    expect(await (await fetch(`${server.url}/health`)).json()).toEqual({ status: 'ok' })
    expect(await (await fetch(`${server.url}/ready`)).json()).toEqual({ status: 'ready', workers: 1 })
    const text = await (await fetch(`${server.url}/metrics`)).text()
    expect(text).toContain('noisegraph_workers{busy="false"} 1')
    expect(text).toMatch(/noisegraph_http_requests_total\{route="\/graphql",status="200"\} \d+/)
  })
})

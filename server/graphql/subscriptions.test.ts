/** Following a generation over WebSocket and server-sent events. */
import { createConnection } from 'node:net'
import { createClient as createSse } from 'graphql-sse'
import WebSocket from 'ws'
import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import textConditioner from '../../plugins/conditioners/text.js'
import ddim from '../../plugins/samplers/ddim.js'
import { follow, followQuery, overWs, type Seen } from './testing/follow.js'
import { testServer, until, type TestServer } from './testing/server.js'

let server: TestServer
beforeAll(async () => { server = await testServer({ samplers: [ddim] as unknown as Sampler[], conditioners: [textConditioner] as unknown as Conditioner[] }, { connectionInitTimeout: 300, limits: { subscriptions: 3 } }) })
afterAll(() => server.close())

const kinds = (seen: readonly Seen[]) => seen.map(e => e.__typename)
test('a snapshot, then every event, then one that ends it', async () => {
  const id = await server.start()
  const following = follow(server.url, { id })
  await server.services.run(id)
  const seen = await following
  expect(kinds(seen)).toEqual(['SnapshotEvent', 'QueuedEvent', 'LoadingEvent', 'StartedEvent', ...Array(8).fill('StepEvent'), 'DecodingEvent', 'SucceededEvent'])
  expect(seen.slice(1).map(e => e.sequence)).toEqual(Array.from({ length: 13 }, (_, i) => i + 1))
  expect(await follow(server.url, { id, after: seen.at(-1)!.id })).toMatchObject([{ __typename: 'SnapshotEvent', generation: { status: 'SUCCEEDED' } }])
})
test('a reader that comes back with its cursor misses nothing and sees nothing twice', async () => {
  const id = await server.start()
  const running = server.services.run(id)
  const first = await follow(server.url, { id }, e => e.sequence === 5)
  const second = await follow(server.url, { id, after: first.at(-1)!.id })
  await running
  expect([...first.slice(1), ...second.slice(1)].map(e => e.sequence)).toEqual(Array.from({ length: 13 }, (_, i) => i + 1))
  expect(kinds([...first, ...second]).filter(k => /Succeeded|Failed|Cancelled/.test(k))).toHaveLength(1)
  expect((await follow(server.url, { id, after: '12' })).slice(1).map(e => e.sequence)).toEqual([13])
})
test('cancelled ends it, once', async () => {
  const id = await server.start({ steps: 100 })
  const following = follow(server.url, { id })
  const running = server.services.run(id)
  await until(() => server.services.generations.get(id)!.events.length > 6)
  expect((await server.ask('mutation($id: ID!) { cancelGeneration(id: $id) { ... on Generation { status } } }', { id })).data.cancelGeneration.status).toBe('CANCELLED')
  const seen = await following
  await running
  expect(kinds(seen).filter(k => /Succeeded|Failed|Cancelled/.test(k))).toEqual(['CancelledEvent'])
})
test('previews on every n-th step, or none', async () => {
  const id = await server.start()
  await server.services.run(id)
  const previews = async (previewEvery: number) => (await follow(server.url, { id, previewEvery })).filter(e => e.preview).length
  expect([await previews(0), await previews(1), await previews(3)]).toEqual([0, 8, 3])
})
test('over server-sent events, with a client of the protocol', async () => {
  const id = await server.start()
  await server.services.run(id)
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
  await until(() => server.services.watchers === 2)
  server.services.tell({ type: 'failed', name: 'broken', file: '/plugins/broken.ts', reason: 'Unexpected token', line: 3, column: 7 })
  expect((await reader.read()).value).toBe('event: next\ndata: {"data":{"pluginEvents":{"type":"FAILED","name":"broken","reason":"Unexpected token","line":3}}}\n\n')
  await reader.cancel()
  const mutation = await fetch(`${server.url}/graphql?query=${encodeURIComponent('mutation { reloadPlugins { failures { name } } }')}`, { headers: { accept: 'text/event-stream' } })
  expect(mutation.status).toBe(405)
})
test('unknown generations and wrong cursors', async () => {
  await expect(follow(server.url, { id: 'nothing' })).rejects.toMatchObject({ extensions: { code: 'UNKNOWN_GENERATION' } })
  await expect(follow(server.url, { id: await server.start(), after: 'yesterday' })).rejects.toMatchObject({ extensions: { code: 'INVALID_OPTION', field: 'after' } })
})
test('no more readers than the limit, and those that leave are gone at once', async () => {
  const id = await server.start()
  const client = overWs(server.url)
  const leave = [1, 2, 3].map(() => client.subscribe({ query: followQuery, variables: { id } }, { next: () => undefined, error: () => undefined, complete: () => undefined }))
  await until(() => server.services.followers === 3)
  await expect(follow(server.url, { id })).rejects.toMatchObject({ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS', limit: 3 } })
  for (const stop of leave) stop()
  await until(() => server.services.followers === 0)
  await client.dispose()
})
test('a reader that does not read holds its subscription back, and nothing piles up', async () => {
  const id = await server.start({ steps: 1000 })
  for (let index = 0; index < 2000; index++) server.services.emit(id, { type: 'step', index, total: 2000, networkCalls: index, timestep: 1, sigma: 1, percent: 1, milliseconds: 1, etaMilliseconds: 1, preview: 'x'.repeat(20_000) })
  const body = JSON.stringify({ query: followQuery, variables: { id } })
  const socket = createConnection(server.port, '127.0.0.1', () => socket.write(`POST /graphql HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`))
  socket.pause()
  server.services.handed = 0
  await until(() => server.services.handed > 10)
  await new Promise(resolve => setTimeout(resolve, 300)) // time to take more than it should
  // 40 MB are waiting; the buffers of two sockets hold a few
  expect(server.services.handed).toBeLessThan(1000)
  socket.destroy()
  await until(() => server.services.followers === 0)
})
test('a WebSocket that never initialises is closed', async () => {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const [code, reason] = await new Promise<[number, string]>(resolve => socket.on('close', (c, r) => resolve([c, r.toString()])))
  expect([code, reason]).toEqual([4408, 'Connection initialisation timeout'])
})
test('limits hold for WebSockets, and pages of other sites are refused', async () => {
  const client = overWs(server.url)
  const deep = `{ ${Array.from({ length: 60 }, (_, i) => `a${i}: __typename`).join(' ')} }`
  await expect(client.iterate({ query: deep }).next()).rejects.toMatchObject([{ extensions: { code: 'TOO_MANY_ALIASES' } }])
  await client.dispose()
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { origin: 'https://elsewhere.example' })
  expect(await new Promise(resolve => socket.on('error', e => resolve(e.message)))).toContain('403')
  expect((await fetch(`${server.url}/graphql`, { method: 'POST', headers: { origin: 'https://elsewhere.example', 'content-type': 'application/json' }, body: '{}' })).status).toBe(403)
})

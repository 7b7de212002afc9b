import type { Conditioner, Sampler } from '../plugins/sdk/index.js'
import textConditioner from '../plugins/conditioners/text.js'
import ddim from '../plugins/samplers/ddim.js'
import { startHttp, type HttpServer } from '../server/graphql/http.js'
import { fakes, type Fakes } from '../server/graphql/testing/fakes.js'
import { connect, NoisegraphProblem, type Client, type GenerationEvent } from './index.js'

let server: HttpServer
let services: Fakes
let client: Client
beforeAll(async () => {
  services = fakes({ samplers: [ddim] as unknown as Sampler[], conditioners: [textConditioner] as unknown as Conditioner[] })
  server = await startHttp(services, { port: 0 })
  client = connect(server.url)
})
afterAll(() => server.close())

const all = async (events: AsyncIterable<GenerationEvent>): Promise<GenerationEvent[]> => { const seen = []; for await (const event of events) seen.push(event); return seen }

test('operations on models, and advice on samplers', async () => {
  const loading = await client.loadModel('toy64', { pin: true })
  expect(loading).toMatchObject({ kind: 'LOAD', status: 'QUEUED' })
  const percents: (number | null)[] = []
  for await (const { percent } of client.followModel(loading.id)) percents.push(percent)
  expect(percents.at(-1)).toBe(100)
  await client.pinModel('toy64', false)
  expect(await client.unloadModel('toy64')).toMatchObject({ kind: 'UNLOAD' })
  await expect(client.pullModel({ repo: 'nonsense' })).rejects.toMatchObject({ code: 'INVALID_OPTION', field: 'repo' })
  await expect(client.recommendSampler({})).rejects.toMatchObject({ code: 'INVALID_OPTION', field: 'networkCalls' })
  await expect(client.recipeOf(Buffer.from('no file of ours'))).rejects.toMatchObject({ code: 'INVALID_IMAGE' })
})

test('asks, follows, fetches', async () => {
  const { id, seed, status } = await client.generate({ prompt: 'a fox', seed: '18446744073709551615', sampler: { ddim: { eta: 0.2 } } })
  expect([seed, status]).toEqual(['18446744073709551615', 'QUEUED'])
  void services.run(id)
  const seen = await all(client.follow(id, { previewEvery: 4 }))
  const last = seen.at(-1)!
  if (last.__typename !== 'SucceededEvent') throw new Error(`ended with ${last.__typename}`)
  expect(seen.filter(e => e.__typename === 'StepEvent' && e.preview)).toHaveLength(2)
  expect((await fetch(client.url(last.artifacts[0]!.url))).headers.get('content-type')).toBe('image/png')
  expect((await client.generation(id))!.status).toBe('SUCCEEDED')
  expect(await client.generation('nothing')).toBeNull()
})
test('comes back to a server that went away, and sees every event once', async () => {
  const { id } = await client.generate({ prompt: 'a fox', steps: 40 })
  const running = services.run(id, 25)
  const seen: GenerationEvent[] = []
  const following = (async () => { for await (const event of client.follow(id)) seen.push(event) })()
  while (seen.length < 10) await new Promise(resolve => setTimeout(resolve, 10))
  const { port } = server
  await server.close()
  await new Promise(resolve => setTimeout(resolve, 150))
  server = await startHttp(services, { port })
  await Promise.all([running, following])
  expect(seen.filter(e => e.__typename === 'SnapshotEvent')).toHaveLength(1)
  expect(seen.slice(1).map(e => e.sequence)).toEqual(Array.from({ length: 45 }, (_, i) => i + 1))
})
test('a cursor from before, and one from behind the end', async () => {
  const { id } = await client.generate({ prompt: 'a fox' })
  await services.run(id, 1)
  expect((await all(client.follow(id, { after: 11 }))).slice(1).map(e => e.sequence)).toEqual([12, 13])
  expect(await all(client.follow(id, { after: `${id}:13` }))).toHaveLength(1)
})
test('says what the server refuses, and gives up on what cannot be reached', async () => {
  await expect(client.generate({ steps: 0 })).rejects.toMatchObject({ name: 'NoisegraphProblem', code: 'INVALID_OPTION', field: 'steps', retryable: false })
  await expect(client.upload(new TextEncoder().encode('no picture'))).rejects.toMatchObject({ code: 'INVALID_IMAGE' })
  await expect(all(client.follow('nothing'))).rejects.toMatchObject({ code: 'UNKNOWN_GENERATION' })
  await expect(client.cancel('nothing')).rejects.toBeInstanceOf(NoisegraphProblem)
  await expect(all(connect('http://127.0.0.1:9').follow('x', { retries: 1 }))).rejects.toMatchObject({ retryable: true })
})
test('cancels, and stops following on a signal', async () => {
  const { id } = await client.generate({ prompt: 'a fox', steps: 100 })
  void services.run(id, 20)
  const stop = new AbortController()
  const left = all(client.follow(id, { signal: stop.signal }))
  setTimeout(() => stop.abort(), 50)
  await expect(left).rejects.toMatchObject({ name: 'AbortError' })
  const following = all(client.follow(id))
  expect((await client.cancel(id)).status).toBe('CANCELLED')
  expect((await following).at(-1)!.__typename).toBe('CancelledEvent')
})

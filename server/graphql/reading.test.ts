/** Queries, health and metrics. */
import sharp from 'sharp'
import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import textConditioner from '../../plugins/conditioners/text.js'
import ddim from '../../plugins/samplers/ddim.js'
import { picture, testServer, type Answer, type TestServer } from './testing/server.js'

let server: TestServer
beforeAll(async () => { server = await testServer({ samplers: [ddim] as unknown as Sampler[], conditioners: [textConditioner] as unknown as Conditioner[] }) })
afterAll(() => server.close())

test('pages of generations', async () => {
  const ids: string[] = []
  for (let after: string | null = null, more = true; more;) {
    const { data }: Answer = await server.ask('query($after: String) { generations(first: 7, after: $after) { totalCount edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }', { after })
    ids.push(...data.generations.edges.map((e: { node: { id: string } }) => e.node.id))
    ;({ hasNextPage: more, endCursor: after } = data.generations.pageInfo)
    if (!more) expect(ids).toHaveLength(data.generations.totalCount)
  }
  expect(new Set(ids).size).toBe(ids.length)
  const { data } = await server.ask('{ generations(filter: { status: [CANCELLED], createdAfter: "2026-01-01T00:00:00Z" }) { nodes { status } } }')
  expect(data.generations.nodes.every((g: { status: string }) => g.status === 'CANCELLED')).toBe(true)
})
test('what runs here', async () => {
  const { data, errors } = await server.ask('{ runtime { devices { device available detail } engine threads versions { name version } memory { rssBytes } limits { promptLength } workers { rssBytes loadedModels } } models { id name isDefault parts { bytes } } node(id: "model:toy64") { ... on Model { name } } sampler: node(id: "sampler:ddim") { ... on Sampler { name } } }')
  expect(errors).toBeUndefined()
  expect(data.runtime).toMatchObject({ devices: [{ device: 'cpu', available: true }, { device: 'cuda', available: false }], threads: 2, workers: [{ rssBytes: 3_000_000_000 }] })
  expect(data).toMatchObject({ models: [{ isDefault: true }], node: { name: 'toy64' }, sampler: { name: 'ddim' } })
})
test('the schedule of exactly the run that would be made', async () => {
  const { data } = await server.ask('{ schedule(input: { steps: 4, sampler: { ddim: {} } }) { ... on SchedulePlan { timesteps alphas sigmas signalToNoise sampler { name } steps { timestep nextSigma } } } bad: schedule(input: { steps: 0 }) { ... on InvalidInput { field } } }')
  expect(data.schedule.timesteps).toEqual([999, 749, 499, 249])
  expect(data.schedule.alphas).toHaveLength(5)
  for (const [i, alpha] of data.schedule.alphas.entries()) expect(alpha ** 2 + data.schedule.sigmas[i] ** 2).toBeCloseTo(1, 6)
  expect(data.bad).toEqual({ field: 'steps' })
})
test('the forward process: closed form and single steps', async () => {
  const { id } = await (await server.upload(await picture(32, 16))).json() as { id: string }
  const query = 'query($id: ID!, $t: [Int!]!) { forwardProcess(image: $id, timesteps: $t, seed: "5") { ... on ForwardProcess { width height frames { timestep alpha sigma beta picture singleStep } } ... on Problem { code field } } }'
  const { data } = await server.ask(query, { id, t: [0, 500, 999] })
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
  expect((await server.ask(query, { id, t: [500] })).data.forwardProcess.frames[0]).toEqual(frames[1])
  expect((await server.ask(query, { id, t: [1000] })).data.forwardProcess).toEqual({ code: 'INVALID_OPTION', field: 'timesteps.0' })
  expect((await server.ask(query, { id: 'none', t: [1] })).data.forwardProcess).toEqual({ code: 'UNKNOWN_UPLOAD', field: 'image' })
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

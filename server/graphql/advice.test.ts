import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import textConditioner from '../../plugins/conditioners/text.js'
import ddim from '../../plugins/samplers/ddim.js'
import { testServer, type TestServer } from './testing/server.js'

let server: TestServer
beforeAll(async () => { server = await testServer({ samplers: [ddim] as unknown as Sampler[], conditioners: [textConditioner] as unknown as Conditioner[] }) })
afterAll(() => server.close())

const fields = '__typename ... on SamplerAdvice { id status modelName device best { sampler steps } table { sampler distance } refused failure { code } } ... on Problem { code field message }'
const recommend = async (input: object) => (await server.ask(`mutation($input: RecommendSamplerInput!) { recommendSampler(input: $input) { ${fields} } }`, { input })).data.recommendSampler
const euler = { sampler: 'euler', schedule: 'karras', stochastic: false, steps: 10, networkCalls: 10, milliseconds: 52, distance: 0.04 }

/** As a worker ends it. */
function settle(id: string, outcome: object, result?: object) {
  const entry = server.services.generations.get(id)!
  if (result) server.services.pictures.set(`${id}-0`, Buffer.from(JSON.stringify(result)))
  const artifacts = result ? [{ id: `${id}-0`, url: `/artifacts/${id}-0`, mimeType: 'application/json', bytes: 1, index: 0, seed: '1' }] : []
  entry.generation = { ...entry.generation, artifacts, ...outcome }
}

test('queued at first, then answered from what was measured', async () => {
  const asked = { networkCalls: 10, stochastic: false }
  const first = await recommend(asked)
  expect(first).toMatchObject({ __typename: 'SamplerAdvice', status: 'QUEUED', modelName: 'toy64', best: null, table: [], refused: [], failure: null })
  expect(server.services.generations.get(first.id)!.generation.order.measure).toEqual({ budget: { networkCalls: 10 }, stochastic: false })
  settle(first.id, { status: 'succeeded' }, { device: 'cpu', best: euler, table: [euler], refused: ['heun cannot.'], networkCalls: 10, millisecondsPerCall: 5.2, referenceSteps: 60 })
  const done = { id: first.id, status: 'SUCCEEDED', device: 'cpu', best: { sampler: 'euler', steps: 10 }, table: [{ sampler: 'euler', distance: 0.04 }], refused: ['heun cannot.'] }
  expect(await recommend(asked)).toMatchObject(done)
  expect((await server.ask(`query($id: ID!) { samplerAdvice(id: $id) { ${fields.split(' ... on Problem')[0]} } }`, { id: first.id })).data.samplerAdvice).toMatchObject(done)
  expect((await recommend({ ...asked, guidanceScale: 2 })).id).not.toBe(first.id)
  expect((await recommend({ networkCalls: 10 })).id).not.toBe(first.id)
})

test('a measurement that was cancelled is made again, one that cannot succeed is not', async () => {
  const cancelled = await recommend({ networkCalls: 20 })
  settle(cancelled.id, { status: 'cancelled' })
  const again = await recommend({ networkCalls: 20 })
  expect(again).toMatchObject({ status: 'QUEUED' })
  expect(again.id).not.toBe(cancelled.id)
  settle(again.id, { status: 'failed', failure: { code: 'INCOMPATIBLE', message: 'None can.', retryable: false } })
  expect(await recommend({ networkCalls: 20 })).toMatchObject({ id: again.id, status: 'FAILED', failure: { code: 'INCOMPATIBLE' } })
})

test.each([
  [{}, 'networkCalls', /either networkCalls or milliseconds/],
  [{ networkCalls: 5, milliseconds: 5 }, 'networkCalls', /not both/],
  [{ networkCalls: 0 }, 'networkCalls', /1 to 1000, got 0/],
  [{ milliseconds: -1 }, 'milliseconds', /above 0/],
  [{ networkCalls: 5, model: 'toy46' }, 'model', /toy64/],
  [{ networkCalls: 5, width: 30 }, 'width', /multiple of 8/],
])('%j is refused', async (input, field, message) => {
  expect(await recommend(input)).toMatchObject({ __typename: 'InvalidInput', field, message: expect.stringMatching(message) })
})

test('a picture is no advice', async () => {
  const id = await server.start()
  expect((await server.ask('query($id: ID!) { samplerAdvice(id: $id) { id } }', { id })).data.samplerAdvice).toBeNull()
})

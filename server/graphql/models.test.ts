/** Commands about models. */
import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import textConditioner from '../../plugins/conditioners/text.js'
import ddim from '../../plugins/samplers/ddim.js'
import { overWs } from './testing/follow.js'
import { testServer, type TestServer } from './testing/server.js'

let server: TestServer
beforeAll(async () => { server = await testServer({ samplers: [ddim] as unknown as Sampler[], conditioners: [textConditioner] as unknown as Conditioner[] }) })
afterAll(() => server.close())

const fields = '... on ModelOperation { __typename id kind modelName status bytes totalBytes percent failure { code } } ... on Problem { __typename code field message }'

test('a model is brought from a hub, and its progress followed to the end', async () => {
  const { data } = await server.ask(`mutation { pullModel(repo: "demo/fox", revision: "v2", name: "vixen") { ${fields} } }`)
  expect(data.pullModel).toMatchObject({ __typename: 'ModelOperation', kind: 'PULL', modelName: 'vixen', status: 'QUEUED', percent: null })
  const client = overWs(server.url)
  const seen: unknown[] = []
  for await (const { data: next } of client.iterate<{ modelOperation: { status: string; percent: number } }>({ query: 'subscription($id: ID!) { modelOperation(id: $id) { status part percent finishedAt } }', variables: { id: data.pullModel.id } })) seen.push([next!.modelOperation.status, next!.modelOperation.percent])
  await client.dispose()
  expect(seen).toEqual([['QUEUED', null], ['RUNNING', 25], ['RUNNING', 50], ['RUNNING', 75], ['SUCCEEDED', 100]])
  expect((await server.ask('query($id: ID!) { node(id: $id) { __typename ... on ModelOperation { status model { name } } } modelOperations { id } modelOperation(id: $id) { id } }', { id: data.pullModel.id })).data)
    .toEqual({ node: { __typename: 'ModelOperation', status: 'SUCCEEDED', model: null }, modelOperations: [{ id: data.pullModel.id }], modelOperation: { id: data.pullModel.id } })
})

test('loading, pinning and unloading; what is loaded where', async () => {
  const state = async () => (await server.ask('{ models { pinned loaded { workerId device bytes pinned } } runtime { workers { budgetBytes models { name } } } }')).data
  expect(await state()).toEqual({ models: [{ pinned: false, loaded: [{ workerId: 'worker-1', device: 'cpu', bytes: 12_000_000, pinned: false }] }], runtime: { workers: [{ budgetBytes: 8_000_000_000, models: [{ name: 'toy64' }] }] } })
  const { data } = await server.ask(`mutation { loadModel(name: "toy64", device: CPU, pin: true) { ${fields} } }`)
  expect(data.loadModel).toMatchObject({ kind: 'LOAD', modelName: 'toy64' })
  expect((await state()).models).toMatchObject([{ pinned: true }])
  expect((await server.ask('mutation { pinModel(name: "toy64", pinned: false) { ... on Model { pinned } } }')).data.pinModel).toEqual({ pinned: false })
  expect((await server.ask(`mutation { unloadModel(name: "toy64") { ${fields} } }`)).data.unloadModel).toMatchObject({ kind: 'UNLOAD' })
  expect((await server.ask('mutation($id: ID!) { cancelModelOperation(id: $id) { ... on ModelOperation { status } } }', { id: data.loadModel.id })).data.cancelModelOperation).toEqual({ status: 'CANCELLED' })
})

test.each([
  ['pullModel(repo: "nonsense")', { __typename: 'InvalidInput', code: 'INVALID_OPTION', field: 'repo' }],
  ['loadModel(name: "toy46")', { __typename: 'InvalidInput', code: 'UNKNOWN_MODEL', message: expect.stringContaining('toy64') as string }],
  ['loadModel(name: "toy64", device: CUDA)', { __typename: 'Unavailable', code: 'DEVICE_UNAVAILABLE', field: 'device', message: 'cuda cannot run here: Failed to load shared library. Ask for cpu, or for auto.' }],
  ['unloadModel(name: "none")', { code: 'UNKNOWN_MODEL' }], ['pinModel(name: "none")', { code: 'UNKNOWN_MODEL' }],
  ['cancelModelOperation(id: "none")', { __typename: 'NotFound', code: 'UNKNOWN_OPERATION', field: 'id' }],
])('%s is refused', async (call, problem) => {
  const { data, errors } = await server.ask(`mutation { it: ${call} { ... on Problem { __typename code field message } } }`)
  expect(errors).toBeUndefined()
  expect(data.it).toMatchObject(problem)
})

test('a page of operations has limits; one that is not there is not followed', async () => {
  expect((await server.ask('{ modelOperations(first: 0) { id } }')).errors![0]!.extensions).toMatchObject({ code: 'INVALID_OPTION', field: 'first' })
  const client = overWs(server.url)
  const [first] = [await client.iterate({ query: 'subscription { modelOperation(id: "none") { id } }' }).next()]
  expect(JSON.stringify(first)).toContain('UNKNOWN_OPERATION')
  await client.dispose()
})

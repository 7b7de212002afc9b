/** What a client is told when something fails. */
import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import textConditioner from '../../plugins/conditioners/text.js'
import ddim from '../../plugins/samplers/ddim.js'
import { testServer, type TestServer } from './testing/server.js'

let server: TestServer
beforeAll(async () => { server = await testServer({ samplers: [ddim] as unknown as Sampler[], conditioners: [textConditioner] as unknown as Conditioner[] }) })
afterAll(() => server.close())

test('unexpected ones are masked, and logged under the id that the client is told', async () => {
  const { list } = server.services.models
  Object.assign(server.services.models, { list: async () => { throw new Error('password=hunter2') } })
  const { errors } = await server.ask('{ models { name } }')
  Object.assign(server.services.models, { list })
  expect(JSON.stringify(errors)).not.toContain('hunter2')
  expect(errors![0]!.extensions).toMatchObject({ code: 'INTERNAL', retryable: true })
  expect(server.logged).toContainEqual(expect.objectContaining({ id: errors![0]!.extensions.id, err: expect.objectContaining({ message: 'password=hunter2' }) }))
})
test('expected ones keep their code', async () => {
  expect((await server.ask('{ generations(first: 0) { totalCount } }')).errors![0]!).toMatchObject({ path: ['generations'], extensions: { code: 'INVALID_OPTION', field: 'first' } })
  expect((await server.ask('mutation { cancelGeneration(id: "nothing") { ... on NotFound { code field } } deleteGeneration(id: "nothing") { ... on NotFound { code } } }')).data)
    .toEqual({ cancelGeneration: { code: 'UNKNOWN_GENERATION', field: 'id' }, deleteGeneration: { code: 'UNKNOWN_GENERATION' } })
})

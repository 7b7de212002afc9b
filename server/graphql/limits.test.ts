/** What one request may ask for. */
import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import textConditioner from '../../plugins/conditioners/text.js'
import ddim from '../../plugins/samplers/ddim.js'
import { startHttp } from './http.js'
import { testServer, type TestServer } from './testing/server.js'

let server: TestServer
beforeAll(async () => { server = await testServer({ samplers: [ddim] as unknown as Sampler[], conditioners: [textConditioner] as unknown as Conditioner[] }) })
afterAll(() => server.close())

test('depth', async () => {
  const small = await startHttp(server.services, { port: 0, limits: { queryDepth: 3 } })
  const response = await fetch(`${small.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: '{ generations { edges { node { id } } } }' }) })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ errors: [{ message: expect.stringContaining('the limit is 3'), extensions: { code: 'QUERY_TOO_DEEP', limit: 3 } }] })
  await small.close()
})
test('cost, with lists counted by their length', async () => {
  const { errors } = await server.ask('query($n: Int!) { a: generations(first: $n) { nodes { model { parts { name bytes className } } } } b: generations(first: $n) { nodes { model { parts { name bytes } } } } }', { n: 100 })
  expect(errors![0]).toMatchObject({ message: expect.stringContaining('the limit is 5000'), extensions: { code: 'QUERY_TOO_COSTLY', limit: 5000 } })
})
test('fragments that double one another are measured at once', async () => {
  const levels = Array.from({ length: 40 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ')
  const { errors } = await server.ask(`{ ...F0 } ${levels} fragment F40 on Query { models { name } }`)
  expect(errors![0]!.extensions.code).toBe('QUERY_TOO_COSTLY')
})
test('aliases, tokens, batches, bodies', async () => {
  expect((await server.ask(`{ ${Array.from({ length: 60 }, (_, i) => `a${i}: __typename`).join(' ')} }`)).errors![0]!.extensions).toMatchObject({ code: 'TOO_MANY_ALIASES', limit: 50 })
  expect((await server.ask(`{ ${'__typename '.repeat(5000)} }`)).errors![0]!.message).toContain('4000')
  const post = (body: string) => fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  expect((await post('[{"query":"{__typename}"}]')).status).toBe(400)
  const large = await post(JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(2 ** 20) } }))
  expect(large.status).toBe(413)
  expect(await large.json()).toMatchObject({ errors: [{ extensions: { code: 'BODY_TOO_LARGE', limit: 2 ** 20 } }] })
  expect((await post('{')).status).toBe(400)
})

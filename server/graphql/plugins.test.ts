/** What plugins become in the schema. */
import { sampler, choice, flag, number, type Conditioner, type Sampler } from '../../plugins/sdk/index.js'
import textConditioner from '../../plugins/conditioners/text.js'
import classLabel from '../../plugins/conditioners/class-label.js'
import inpaint from '../../plugins/conditioners/inpaint.js'
import imageToImage from '../../plugins/conditioners/image-to-image.js'
import ddim from '../../plugins/samplers/ddim.js'
import dpm from '../../plugins/samplers/dpm-multistep.js'
import eulerAncestral from '../../plugins/samplers/euler-ancestral.js'
import { overWs } from './testing/follow.js'
import { testServer, until, type TestServer } from './testing/server.js'

let server: TestServer
beforeAll(async () => { server = await testServer({ samplers: [ddim, dpm, eulerAncestral] as unknown as Sampler[], conditioners: [textConditioner, classLabel, inpaint, imageToImage] as unknown as Conditioner[] }) })
afterAll(() => server.close())

test('typed options reach the order', async () => {
  expect((await server.orderOf({ prompt: 'a cat', sampler: { eulerAncestral: { eta: 0.5 } } })).sampler).toEqual({ name: 'euler-ancestral', options: { eta: 0.5, noiseScale: 1 } })
})
test('the generic form makes the same order', async () => {
  const typed = await server.orderOf({ seed: '3', sampler: { eulerAncestral: { eta: 0.5 } } })
  expect(await server.orderOf({ seed: '3', sampler: { plugin: { name: 'euler-ancestral', options: { eta: 0.5 } } } })).toEqual(typed)
})
test('a preset has a field of its own, with its own defaults', async () => {
  const { sampler: call } = await server.orderOf({ sampler: { dpmpp2mSde: {} } })
  expect(call).toMatchObject({ name: 'dpmpp-2m-sde' })
  expect(dpm.presets!['dpmpp-2m-sde']!.options).toEqual(expect.objectContaining(Object.fromEntries(Object.keys(dpm.presets!['dpmpp-2m-sde']!.options).map(k => [k, call.options[k]]))))
})
test('exactly one sampler', async () => {
  const { errors } = await server.generate({ sampler: { ddim: {}, eulerAncestral: {} } })
  expect(errors![0]!.message).toContain('Exactly one key must be specified for OneOf type "SamplerInput"')
  expect(errors![0]!.extensions.code).toBe('BAD_USER_INPUT')
  expect((await server.generate({ sampler: {} })).errors![0]!.message).toContain('Exactly one key')
})
test('choices that are no GraphQL names, and plugins that come while the server runs', async () => {
  const strange = sampler({ ...(eulerAncestral as unknown as Sampler), name: '2s++ strange', options: { algorithm: choice('Which.', ['dpmsolver++', 'sde-dpmsolver++', 'true', 'dpmsolverpp'], { default: 'dpmsolver++' }), deep: flag('Whether.', { default: false }), big: number('Any.', { default: Infinity, max: Infinity }) } })
  server.services.pluginList.samplers = [...server.services.pluginList.samplers, strange as unknown as Sampler]
  server.services.tell({ type: 'loaded', name: strange.name, file: 'strange.ts' })
  const { data } = await server.ask('{ samplers { name inputField options { name choices enumValues } } __type(name: "_2sppStrangeSamplerAlgorithm") { enumValues { name } } }')
  const shown = data.samplers.find((s: { name: string }) => s.name === strange.name)
  expect(shown.inputField).toBe('_2sppStrange')
  expect(shown.options[0].enumValues).toEqual(['dpmsolverpp', 'sde_dpmsolverpp', 'true_', 'dpmsolverpp_'])
  expect((await server.orderOf({ sampler: { _2sppStrange: { algorithm: 'sde_dpmsolverpp' } } })).sampler.options.algorithm).toBe('sde-dpmsolver++')
  server.services.pluginList.samplers = server.services.pluginList.samplers.slice(0, -1)
  const reloaded = await server.ask('mutation { reloadPlugins { samplers { name } } }')
  expect(reloaded.data.reloadPlugins.samplers.map((s: { name: string }) => s.name)).not.toContain(strange.name)
  expect((await server.generate({ sampler: { _2sppStrange: {} } })).errors![0]!.message).toContain('is not defined by type "SamplerInput"')
})
test('a connection outlives the schema: the new input works on a socket that was open before', async () => {
  const client = overWs(server.url)
  const told = client.iterate({ query: 'subscription { pluginEvents { type name } }' })
  const first = told.next()
  await until(() => server.services.watchers === 2)
  const before = server.services.pluginList.samplers
  server.services.pluginList.samplers = [...before, sampler({ ...(eulerAncestral as unknown as Sampler), name: 'late' }) as unknown as Sampler]
  server.services.tell({ type: 'loaded', name: 'late', file: 'late.ts' })
  expect((await first).value.data).toEqual({ pluginEvents: { type: 'LOADED', name: 'late' } })
  const made = await client.iterate({ query: 'mutation { generate(input: { sampler: { late: { eta: 0.25 } } }) { ... on Generation { sampler { name options } } } }' }).next()
  expect(made.value.data).toEqual({ generate: { sampler: { name: 'late', options: { eta: 0.25, noiseScale: 1 } } } })
  server.services.pluginList.samplers = before
  server.services.tell({ type: 'removed', name: 'late', file: 'late.ts' })
  expect((await told.next()).value.data.pluginEvents.type).toBe('REMOVED')
  await client.dispose()
})
test('every plugin shows its options and a JSON Schema', async () => {
  const { data } = await server.ask('{ samplers { name jsonSchema options { name kind required default min max } order stochastic cites } conditioners { name jsonSchema } schedules { name inputField } }')
  const shown = data.samplers.find((s: { name: string }) => s.name === 'euler-ancestral')
  expect(shown).toMatchObject({ stochastic: true, order: null, options: [{ name: 'eta', kind: 'NUMBER', required: false, default: 1, min: 0 }, { name: 'noiseScale' }] })
  expect(shown.jsonSchema).toMatchObject({ type: 'object', additionalProperties: false, properties: { eta: { type: 'number', minimum: 0, default: 1 } } })
  expect(data.conditioners.map((c: { name: string }) => c.name)).toEqual(['class-label', 'image-to-image', 'inpaint', 'text'])
  expect(data.schedules.map((s: { name: string }) => s.name)).toContain('karras')
})

/** Requests that cannot be carried out, and those that repeat others. */
import fc from 'fast-check'
import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import textConditioner from '../../plugins/conditioners/text.js'
import classLabel from '../../plugins/conditioners/class-label.js'
import inpaint from '../../plugins/conditioners/inpaint.js'
import imageToImage from '../../plugins/conditioners/image-to-image.js'
import ddim from '../../plugins/samplers/ddim.js'
import dpm from '../../plugins/samplers/dpm-multistep.js'
import eulerAncestral from '../../plugins/samplers/euler-ancestral.js'
import { picture, testServer, type TestServer } from './testing/server.js'

let server: TestServer
beforeAll(async () => { server = await testServer({ samplers: [ddim, dpm, eulerAncestral] as unknown as Sampler[], conditioners: [textConditioner, classLabel, inpaint, imageToImage] as unknown as Conditioner[] }) })
afterAll(() => server.close())

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
  ['a device that does not work here', { device: 'CUDA' }, { __typename: 'Unavailable', code: 'DEVICE_UNAVAILABLE', field: 'device', retryable: true, message: 'cuda cannot run here: Failed to load shared library. Ask for cpu, or for auto.' }],
  ['a recipe that is none', { recipe: { steps: 'many' } }, { code: 'INVALID_OPTION', field: 'recipe.steps' }],
]
test.each(cases)('%s', async (_, input, problem) => {
  const { data, errors } = await server.generate(input)
  expect(errors).toBeUndefined()
  expect(data.generate).toMatchObject(problem)
})
test('formats: asked for, from a recipe, and those that do not fit', async () => {
  const recipe = await server.orderOf({ prompt: 'a', format: 'JPEG', quality: 70 })
  expect(recipe).toMatchObject({ format: 'jpeg', quality: 70 })
  expect(await server.orderOf({ recipe })).toMatchObject({ format: 'jpeg', quality: 70 })
  // The quality goes with the format that it was of.
  expect(await server.orderOf({ recipe, format: 'WEBP' })).toMatchObject({ format: 'webp', quality: 90 })
  expect(await server.orderOf({ recipe, format: 'PNG' })).not.toHaveProperty('quality')
  expect((await server.generate({ prompt: 'a', format: 'WAV' })).data.generate).toMatchObject({ __typename: 'InvalidInput', field: 'format', message: expect.stringMatching(/png, webp, jpeg, avif/) })
  expect((await server.ask('{ models { makes formats } }')).data.models).toEqual([{ makes: 'PICTURE', formats: ['PNG', 'WEBP', 'JPEG', 'AVIF'] }])
})

test('NaN, fractions and infinity do not pass as numbers', async () => {
  for (const literal of ['{ steps: 2.5 }', '{ guidanceScale: "NaN" }', '{ guidanceScale: 1e999 }', '{ sampler: { eulerAncestral: { eta: 1e999 } } }', '{ seed: "-1" }', '{ seed: "18446744073709551616" }'])
    expect((await server.ask(`mutation { generate(input: ${literal}) { __typename ... on Problem { code } } }`))).toMatchObject(literal.includes('999') ? {} : { errors: [expect.anything()] })
  const { data, errors } = await server.ask('mutation { generate(input: { guidanceScale: 1e999 }) { ... on Problem { code field } } }')
  expect(errors?.[0]?.message ?? data.generate.code).toMatch(/Float cannot represent|INVALID_OPTION/)
})
test('a mask of another size', async () => {
  const [small, large] = await Promise.all([[32, 32], [64, 64]].map(async ([w, h]) => (await (await server.upload(await picture(w!, h!))).json() as { id: string }).id))
  const { data } = await server.generate({ conditioners: [{ inpaint: { picture: large, mask: small } }] })
  expect(data.generate).toMatchObject({ code: 'INVALID_IMAGE', field: 'conditioners.0.options.mask', message: expect.stringContaining('32 x 32') })
})
test('the same key with the same request is the same generation, with another a conflict', async () => {
  const [first, second, third] = [await server.generate({ prompt: 'a', idempotencyKey: 'k' }), await server.generate({ prompt: 'a', idempotencyKey: 'k' }), await server.generate({ prompt: 'b', idempotencyKey: 'k' })]
  expect(second.data.generate.id).toBe(first.data.generate.id)
  expect(third.data.generate).toMatchObject({ __typename: 'Conflict', code: 'IDEMPOTENCY_CONFLICT' })
})
test('a recipe makes the same order again, and gives way to what stands beside it', async () => {
  const recipe = await server.orderOf({ prompt: 'a fox', negativePrompt: 'blue', steps: 5, seed: '18446744073709551615', sampler: { dpmpp2m: {} }, schedule: { karras: {} } })
  expect(await server.orderOf({ recipe })).toEqual(recipe)
  const other = await server.orderOf({ recipe, prompt: 'a cat' })
  expect(other.conditioners[0].options).toMatchObject({ prompt: 'a cat', negativePrompt: 'blue' })
  expect({ ...other, conditioners: recipe.conditioners }).toEqual(recipe)
  const conditioned = await server.orderOf({ recipe, prompt: 'a dog', conditioners: [] })
  expect(conditioned.conditioners).toMatchObject([{ name: 'text', options: { prompt: 'a dog' } }])
})
test('whatever is asked, the answer is a generation or says what is wrong', async () => {
  const anything = fc.jsonValue({ maxDepth: 2 })
  const name = fc.oneof(fc.constantFrom('ddim', 'DPM++ 2M', 'text', 'inpaint', 'karras', '__proto__', 'constructor', ''), fc.string())
  const call = fc.record({ plugin: fc.record({ name, options: fc.oneof(fc.dictionary(fc.oneof(fc.constantFrom('eta', 'prompt', 'mask', '__proto__', 'toString'), fc.string()), anything), anything) }, { requiredKeys: ['name'] }) })
  const input = fc.record({
    model: name, prompt: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\ud800 half')), steps: fc.integer({ min: -3, max: 1100 }), guidanceScale: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(-0, 1e308)),
    width: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), count: fc.integer({ min: -1, max: 100 }), seed: fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String), fc.string()),
    sampler: call, schedule: call, conditioners: fc.array(call, { maxLength: 3 }), idempotencyKey: fc.string(),
    recipe: fc.oneof(anything, fc.record({ sampler: anything, conditioners: anything, steps: anything, seed: anything, model: anything, width: anything, device: anything }, { requiredKeys: [] })),
  }, { requiredKeys: [] })
  await fc.assert(fc.asyncProperty(input, async asked => {
    const { data, errors } = await server.generate(asked)
    if (errors) expect(errors.map(e => e.extensions.code)).toEqual(errors.map(() => 'BAD_USER_INPUT'))
    else expect(data.generate.__typename).toMatch(/^(Generation|InvalidInput|Conflict)$/)
    expect(server.logged).toEqual([])
  }), { numRuns: 150 })
})

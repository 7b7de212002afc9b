import fc from 'fast-check'
import { buildSchema, isEnumType, isInputObjectType, specifiedScalarTypes, validateSchema, type GraphQLScalarType } from 'graphql'
import { codes } from '../core/errors.js'
import { sampler, type Option, type Options, type Sampler } from '../../plugins/sdk/index.js'
import { enumValues, fieldName, readTyped } from './plugin-schema.js'
import { baseSdl, buildServed } from './schema.js'

const named = (name: string, options: Options): Sampler => sampler({ name, summary: 'A "summary"\nof two lines \\ and #hash.', cites: '', order: 1, options, async *sample({ x }) { return x } }) as unknown as Sampler
const build = (...samplers: Sampler[]) => buildServed({ samplers: () => samplers, conditioners: () => [] })

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
const optionOf: fc.Arbitrary<Option> = fc.oneof(
  fc.record({ kind: fc.constant('number' as const), about: fc.string(), default: fc.double() }),
  fc.record({ kind: fc.constant('integer' as const), about: fc.string(), default: fc.maxSafeInteger(), min: fc.constant(-(2 ** 53)) }),
  fc.record({ kind: fc.constant('flag' as const), about: fc.string(), default: fc.boolean() }),
  fc.record({ kind: fc.constant('text' as const), about: fc.string(), default: fc.string() }),
  fc.record({ kind: fc.constant('numbers' as const), about: fc.string(), default: fc.array(fc.double()) }),
  fc.record({ kind: fc.constant('image' as const), about: fc.string() }),
  fc.uniqueArray(word, { minLength: 1, maxLength: 6 }).map(of => ({ kind: 'choice' as const, about: 'Which.', of, default: of[0]! })),
)

test('whatever plugins declare, the schema is valid and shows each of them', () => {
  fc.assert(fc.property(fc.uniqueArray(word, { maxLength: 4 }), fc.dictionary(word, optionOf, { maxKeys: 5, noNullPrototype: true }), (names, options) => {
    const { schema, catalogue } = build(...names.map(name => named(name, options)))
    expect(validateSchema(schema)).toEqual([])
    expect(catalogue.samplers.map(s => s.name).sort()).toEqual([...names].sort())
    const input = schema.getType('SamplerInput')
    if (!isInputObjectType(input)) throw new Error('SamplerInput is gone')
    for (const { inputField } of catalogue.samplers) if (inputField !== undefined) expect(Object.keys(input.getFields())).toContain(inputField)
  }), { numRuns: 30 })
})
test('enum values read back as the words that they stand for', () => {
  fc.assert(fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 8 }), words => {
    const values = enumValues(words)
    expect(Object.values(values)).toEqual(words)
    for (const value of Object.keys(values)) expect(value).toMatch(/^[_A-Za-z][_0-9A-Za-z]*$/)
    for (const value of Object.keys(values)) expect(['true', 'false', 'null']).not.toContain(value)
  }))
})
test('names', () => {
  expect(['euler-ancestral', 'dpm++-2m', 'dpmpp-2m-sde', '2s', 'a b_c', 'noiseScale'].map(fieldName)).toEqual(['eulerAncestral', 'dpmpp2m', 'dpmpp2mSde', '_2s', 'aB_c', 'noiseScale'])
})
test('two plugins whose names meet: the first has the field, the other its name', () => {
  const { catalogue } = build(named('a-b', {}), named('aB', {}))
  expect(catalogue.samplers.map(s => s.inputField)).toEqual(['aB', undefined])
})
test('typed values become options', () => {
  const { catalogue, schema } = build(named('toy', { solver: { kind: 'choice', about: 'Which.', of: ['dpmsolver++', 'sde'], default: 'sde' } }))
  expect(readTyped(catalogue.samplers[0]!, { solver: 'dpmsolverpp' })).toEqual({ solver: 'dpmsolver++' })
  const type = schema.getType('ToySamplerSolver')
  expect(isEnumType(type) && type.getValues().map(v => v.name)).toEqual(['dpmsolverpp', 'sde'])
})
test('the schema lists the codes of the software, with their meaning', () => {
  const type = buildSchema(baseSdl()).getType('ErrorCode')
  expect(isEnumType(type) && Object.fromEntries(type.getValues().map(v => [v.name, v.description]))).toEqual(Object.fromEntries(Object.entries(codes).map(([code, { about }]) => [code, about])))
})
test('everything in the schema is described', () => {
  for (const type of Object.values(buildSchema(baseSdl()).getTypeMap())) {
    if (type.name.startsWith('__') || specifiedScalarTypes.includes(type as GraphQLScalarType) || ['Query', 'Mutation', 'Subscription'].includes(type.name)) continue
    expect([type.name, type.description]).toEqual([type.name, expect.any(String)])
    const members = 'getFields' in type ? Object.values(type.getFields()) : isEnumType(type) ? type.getValues() : []
    for (const member of members) expect([`${type.name}.${member.name}`, member.description]).toEqual([`${type.name}.${member.name}`, expect.any(String)])
  }
})

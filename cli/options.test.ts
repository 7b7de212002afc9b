import fc from 'fast-check'
import { choice, flag, integer, number, numbers, parseOptions, text } from '../plugins/sdk/index.js'
import { collect, real, seed, stages, typed, whole } from './options.js'

const spec = {
  eta: number('Noise.', { default: 0 }), order: integer('Order.', { default: 2 }), last: flag('Last.', { default: false }),
  kind: choice('Kind.', ['small', 'large'], { default: 'small' }), label: text('A text.', { default: '' }), nodes: numbers('Nodes.', { default: [] }),
}

test('words become what the plugin declares', () => {
  const given = ['eta=0.5', 'order=3', 'last=yes', 'kind=large', 'label=7', 'nodes=[1, 2.5,3]'].reduce<Record<string, string>>((all, one) => collect(one, all), {})
  expect(parseOptions('it', spec, typed(spec, given))).toEqual({ eta: 0.5, order: 3, last: true, kind: 'large', label: '7', nodes: [1, 2.5, 3] })
})

test('what is no such value is refused with what would be one', () => {
  expect(() => parseOptions('it', spec, typed(spec, { eta: 'a lot' }))).toThrow('it.eta must be a number, got "a lot"')
  expect(() => parseOptions('it', spec, typed(spec, { eta: 'NaN' }))).toThrow('it.eta must be a number')
  expect(() => parseOptions('it', spec, typed(spec, { etta: '1' }))).toThrow('no option "etta"')
  expect(() => collect('eta')).toThrow('key=value')
})

test('every number and every text survives being typed', () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string(), (eta, label) => {
    const read = typed(spec, collect(`label=${label}`, collect(`eta=${eta}`)))
    expect(read.eta).toBe(Number(String(eta)))
    expect(read.label).toBe(label === 'null' ? null : label)
  }))
})

test('seeds have 64 bits', () => {
  expect(seed('18446744073709551615')).toBe('18446744073709551615')
  expect(seed('007')).toBe('7')
  for (const wrong of ['18446744073709551616', '-1', '1.5', '', 'x', '1e3']) expect(() => seed(wrong)).toThrow('whole number')
})

test('numbers have bounds', () => {
  expect(whole(1, 1000)('20')).toBe(20)
  for (const wrong of ['0', '1001', '2.5', 'NaN', '', 'ten', '1e2']) expect(() => whole(1, 1000)(wrong)).toThrow('from 1 to 1000')
  for (const wrong of ['-0.1', '1.1', 'NaN', 'Infinity', '']) expect(() => real(0, 1)(wrong)).toThrow('from 0 to 1')
})

test('models that go on, with or without a share of the run', () => {
  expect(stages('upscaler', stages('sdxl-refiner@0.8'))).toEqual([{ model: 'sdxl-refiner', after: 0.8 }, { model: 'upscaler' }])
  for (const wrong of ['refiner@1', 'refiner@', 'refiner@much']) expect(() => stages(wrong)).toThrow('from 0.01 to 0.99')
  for (const wrong of ['', '@0.5']) expect(() => stages(wrong)).toThrow('MODEL@SHARE')
})

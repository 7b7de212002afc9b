import fc from 'fast-check'
import { mix, type Tensor } from './index.js'

const tensor = (values: readonly number[]): Tensor => ({ shape: [values.length], data: Float32Array.from(values) })

test('mix sums in float64 and rounds once, for any number of terms', () => {
  const weights = fc.double({ min: -1e3, max: 1e3, noNaN: true })
  const values = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 4, maxLength: 4 })
  fc.assert(fc.property(fc.array(fc.tuple(weights, values), { minLength: 1, maxLength: 6 }), terms => {
    const got = mix(...terms.map(([w, v]) => [w, tensor(v)] as const)).data
    for (let i = 0; i < 4; i++) {
      const sum = terms.reduce((total, [w, v]) => total + w * Math.fround(v[i]!), 0)
      expect(got[i]! + 0).toBe(Math.fround(sum) + 0)
    }
  }))
})

test('weight 0 leaves a term out, infinite as it may be', () => {
  expect([...mix([0, tensor([Infinity, NaN])], [2, tensor([1, 2])]).data]).toEqual([2, 4])
  expect([...mix([0, tensor([Infinity])]).data]).toEqual([0])
})

test('a weight that is a tensor applies element by element, repeated over a batch', () => {
  expect([...mix([tensor([1, 0]), tensor([5, 6, 7, 8])], [1, tensor([1, 1, 1, 1])]).data]).toEqual([6, 1, 8, 1])
})

test('shapes that do not fit are refused', () => {
  expect(() => mix()).toThrow('at least one term')
  expect(() => mix([1, tensor([1])], [1, tensor([1, 2])])).toThrow('[1] and [2]')
  expect(() => mix([tensor([1, 2]), tensor([1, 2, 3])])).toThrow('cannot repeat')
})

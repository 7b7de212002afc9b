import fc from 'fast-check'
import { level, type Tensor } from '../../../plugins/sdk/index.js'
import { BrownianMotion } from './brownian.js'
import { PhiloxGenerator } from './philox.js'
import { runNoise, type NoiseRequest } from './run-noise.js'
import { slerp } from '../../../plugins/sdk/index.js'
import { TorchGenerator } from './torch.js'

const seed = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const at = (sigma: number) => level(0, sigma)
const picture = ({ shape, data }: Tensor, i: number) => data.subarray((i * data.length) / shape[0]!, ((i + 1) * data.length) / shape[0]!)

test('the first numbers that Python users know', () => {
  expect([...new TorchGenerator(0n).randn(4)]).toEqual([1.5409961, -0.2934289, -2.1787894, 0.5684313].map(v => expect.closeTo(v, 6)))
  expect(new TorchGenerator(42n).randperm(5)).toHaveLength(5)
  expect([...new PhiloxGenerator(0n).randn(2)]).toEqual([-0.92466259, -0.42534414].map(v => expect.closeTo(v, 6)))
})

test('integers and permutations stay in their range, whatever the seed', () => {
  fc.assert(fc.property(seed, fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 0, max: 40 }), (s, low, range, n) => {
    const g = new TorchGenerator(s)
    expect(g.randint(low, low + range, n).every(v => Number.isInteger(v) && v >= low && v < low + range)).toBe(true)
    expect([...g.randperm(n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i))
  }), { numRuns: 50 })
  expect(() => new TorchGenerator(0n).randint(3, 3, 1)).toThrow('low < high')
})

describe.each(['torch', 'philox'] as const)('%s', kind => {
  test('picture 3 of a batch of 8 is picture 3 alone, draw after draw', () => {
    const seeds = Array.from({ length: 8 }, (_, i) => 100n + BigInt(i))
    const [batch, alone] = [runNoise({ kind, seeds }), runNoise({ kind, seeds: [103n] })]
    for (const shape of [[4, 8, 8], [1, 3, 3], [4, 8, 8]]) {
      const [all, one] = [batch.draw([8, ...shape]), alone.draw([1, ...shape])]
      expect(picture(all, 3)).toEqual(one.data)
    }
  })

  test('a variation moves the first draw alone, each picture on its own arc', () => {
    const request = (strength: number): NoiseRequest => ({ kind, seeds: [1n, 2n], variation: { seeds: [7n, 8n], strength } })
    const plain = runNoise({ kind, seeds: [1n, 2n] })
    const [none, some, all] = [0, 0.3, 1].map(s => runNoise(request(s)))
    const shape = [2, 1, 8, 8]
    const first = plain.draw(shape)
    expect(none!.draw(shape)).toEqual(first)
    const varied = some!.draw(shape)
    expect(varied.data).not.toEqual(first.data)
    expect(picture(varied, 1)).toEqual(runNoise({ kind, seeds: [2n], variation: { seeds: [8n], strength: 0.3 } }).draw([1, 1, 8, 8]).data)
    const other = runNoise({ kind, seeds: [7n, 8n] }).draw(shape)
    all!.draw(shape).data.forEach((v, i) => expect(v).toBeCloseTo(other.data[i]!, 5))
    expect(some!.draw(shape)).toEqual(plain.draw(shape))
  })
})

test('slerp keeps the length of noise, which a straight mix would shorten', () => {
  const [a, b] = [1n, 2n].map(s => runNoise({ kind: 'torch', seeds: [s] }).draw([1, 4096]))
  const length = ({ data }: Tensor) => Math.hypot(...data)
  expect(length(slerp(0.5, a!, b!)) / length(a!)).toBeCloseTo(1, 1)
  expect(slerp(0.5, a!, a!).data).toEqual(a!.data)
})

describe('Brownian motion', () => {
  const [low, high] = [0.03, 14.6]
  const motion = (s = 1n) => new BrownianMotion(s, [1, 64], low, high)
  const levels = fc.uniqueArray(fc.oneof(fc.constant(0), fc.double({ min: low, max: high, noNaN: true })), { minLength: 3, maxLength: 6 })
  const step = (m: BrownianMotion, a: number, b: number) => Array.from(m.between(a, b).data, v => v * Math.sqrt(Math.abs(b - a)))

  test('parts add up to the whole, and backwards is the negative', () => {
    fc.assert(fc.property(seed, levels, (s, [a, b, c]) => {
      const m = motion(s)
      const [ab, bc, ac, ba] = [step(m, a!, b!), step(m, b!, c!), step(m, a!, c!), step(m, b!, a!)]
      ac.forEach((v, i) => expect(Math.abs(ab[i]! + bc[i]! - v)).toBeLessThan(1e-5))
      ab.forEach((v, i) => expect(v).toBeCloseTo(-ba[i]!, 6))
    }), { numRuns: 50 })
  })

  test('the order of queries does not matter', () => {
    fc.assert(fc.property(seed, levels, (s, given) => {
      const pairs = given.slice(1).map((b, i) => [given[i]!, b] as const)
      const [forwards, backwards] = [motion(s), motion(s)]
      const one = pairs.map(([a, b]) => forwards.between(a, b).data)
      const other = [...pairs].reverse().map(([a, b]) => backwards.between(a, b).data).reverse()
      expect(one).toEqual(other)
    }), { numRuns: 50 })
  })

  test('disjoint steps are independent unit normals, from pure noise down to steps of a hundredth', () => {
    const m = new BrownianMotion(3n, [1, 20_000], low, high)
    const grid = [14.6, 5, 4.95, 1, 0.5, 0.499, 0.03, 0]
    const draws = grid.slice(1).map((b, i) => m.between(grid[i]!, b).data)
    const product = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0) / a.length
    draws.forEach((a, i) => draws.forEach((b, j) => expect(Math.abs(product(a, b) - (i === j ? 1 : 0))).toBeLessThan(0.04)))
  })

  test('outside of its range it refuses', () => {
    expect(() => motion().between(20, 1)).toThrow('outside')
    expect(() => new BrownianMotion(1n, [1], 0, 1)).toThrow('0 < low < high')
  })

  test('a run draws steps from it, a picture alone as in a batch, and the rest from the stream', () => {
    const brownian = { low, high }
    const [batch, alone] = [runNoise({ kind: 'torch', seeds: [5n, 6n], brownian }), runNoise({ kind: 'torch', seeds: [6n], brownian })]
    expect(batch.draw([2, 1, 4, 4])).toEqual(runNoise({ kind: 'torch', seeds: [5n, 6n] }).draw([2, 1, 4, 4]))
    expect(picture(batch.between(at(3), at(2), [2, 1, 4, 4]), 1)).toEqual(alone.between(at(3), at(2), [1, 1, 4, 4]).data)
  })
})

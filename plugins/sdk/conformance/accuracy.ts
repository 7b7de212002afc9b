/** Whether a sampler solves what it says it solves, on models without error. */
import { chain } from '../level.js'
import type { Sampler } from '../sampler.js'
import { mix, sizeOf, type Tensor } from '../tensor.js'
import { normals } from './normals.js'
import { parsed, play } from './play.js'
import { require } from './result.js'
import { curves, evenGrid, type Grid, type SpaceOfTest } from './spaces.js'
import { flowTo, gaussian, mixture, point } from './toys.js'

const bimodal = mixture([-0.8, 0.9], [0.4, 0.6], 0.4)
/** Starting points across the noise, so that no single one's luck decides. */
const quantiles: Tensor = { shape: [1, 1, 1, 8], data: Float32Array.of(-1.9, -1.1, -0.6, -0.2, 0.25, 0.7, 1.2, 2) }

/** x / alpha at the first level of every grid, and where the exact flow leads from there: the same in all spaces. */
const [noisy, cleanest] = [curves.exploding(-3, 0), curves.exploding(3, 0)]
const unscaledStart = mix([Math.hypot(0.85, noisy.sigma), quantiles])
let computed: Tensor | undefined
const unscaledEnd = (): Tensor => (computed ??= flowTo(bimodal, unscaledStart, noisy, cleanest))

export interface Convergence { readonly space: SpaceOfTest; readonly steps: readonly number[]; readonly errors: readonly number[]; readonly order: number }

/**
 * Errors against the exact flow of a mixture as steps double, on levels even in lambda, and the order between the last two that
 * rounding does not hide.
 */
export async function convergence(sampler: Sampler, space: SpaceOfTest, options: Readonly<Record<string, unknown>> = {}): Promise<Convergence> {
  const steps = [20, 40, 80]
  const errors: number[] = []
  for (const n of steps) {
    const grid = evenGrid(space, n)
    const [first, last] = [grid.levels[0]!, grid.levels.at(-1)!]
    const got = await play(sampler, { grid, toy: bimodal, x: mix([first.alpha, unscaledStart]), options })
    errors.push(Math.max(...got.data.map((v, i) => Math.abs(v - last.alpha * unscaledEnd().data[i]!))))
  }
  const seen = errors.findLastIndex(e => e > 2e-5)
  const order = seen < 1 ? Infinity : Math.log2(errors[seen - 1]! / errors[seen]!)
  return { space, steps, errors, order }
}

const spaces: readonly SpaceOfTest[] = ['exploding', 'preserving', 'straight']

/**
 * The order must come out in every space, but for what the low-order start of a multistep method costs. A sampler that chooses its
 * steps itself must come near.
 */
export async function order(sampler: Sampler, declared: number, options: Readonly<Record<string, unknown>>): Promise<string> {
  const found = []
  for (const space of spaces) found.push(await convergence(sampler, space, options))
  const words = found.map(({ space, order, errors }) => `${space} ${order === Infinity ? 'below rounding' : order.toFixed(2)} (error ${errors.at(-1)!.toExponential(0)})`).join(', ')
  if (sampler.steps?.(chain(evenGrid('exploding', 4).levels), parsed(sampler, options)) === null) {
    require(found.every(({ errors }) => errors.at(-1)! < 0.1), () => words)
    return `steps of its own: ${words}`
  }
  require(found.every(f => f.order > declared - 0.4), () => `declared ${declared}, measured ${words}`)
  return words
}

export interface Moments { readonly space: SpaceOfTest; readonly steps: number; readonly mean: number; readonly deviation: number; readonly wanted: { readonly mean: number; readonly deviation: number } }

/**
 * Mean and deviation of what a stochastic sampler makes of a normal distribution, without sampling error: its result is a linear
 * function of x and of the draws, and each element of one run shows the weight of one of them.
 */
export async function moments(sampler: Sampler, space: SpaceOfTest, steps: number, options: Readonly<Record<string, unknown>> = {}): Promise<Moments> {
  const toy = gaussian(0.3, 0.5)
  const grid = evenGrid(space, steps)
  const [first, last] = [grid.levels[0]!, grid.levels.at(-1)!]
  const wanted = { mean: last.alpha * toy.mean, deviation: toy.deviation(last) }
  if (sampler.coupled) return { space, steps, wanted, ...(await sampled(sampler, { grid, toy, options })) }
  let draws = 0
  const silent = (shape: readonly number[]): Tensor => ({ shape, data: new Float32Array(sizeOf(shape)) })
  const start = (n: number): Tensor => ({ shape: [1, 1, 1, n], data: new Float32Array(n).fill(first.alpha * toy.mean) })
  await play(sampler, { grid, toy, x: start(1), options, noise: shape => { draws++; return silent(shape) } })

  const x = start(draws + 2)
  x.data[1]! += toy.deviation(first)
  let draw = 0
  const one = (shape: readonly number[]): Tensor => { const z = silent(shape); z.data[2 + draw++] = 1; return z }
  const { data } = await play(sampler, { grid, toy, x, options, noise: one })
  const weights = data.subarray(1).map(v => v - data[0]!)
  return { space, steps, mean: data[0]!, deviation: Math.hypot(...weights), wanted }
}

/** By many samples, where elements are not independent of each other. */
async function sampled(sampler: Sampler, { grid, toy, options }: { grid: Grid; toy: ReturnType<typeof gaussian>; options: Readonly<Record<string, unknown>> }) {
  const count = 2000
  const shape = [1, 1, 1, count]
  const first = grid.levels[0]!
  const ones: Tensor = { shape, data: new Float32Array(count).fill(1) }
  const { data } = await play(sampler, { grid, toy, x: mix([toy.deviation(first), normals(5)(shape)], [first.alpha * toy.mean, ones]), options })
  const mean = data.reduce((a, b) => a + b, 0) / count
  return { mean, deviation: Math.sqrt(data.reduce((a, b) => a + (b - mean) ** 2, 0) / count) }
}

/** Mean and deviation come within a few hundredths at 100 steps; less is asked of what is known from samples only. */
export async function distribution(sampler: Sampler, options: Readonly<Record<string, unknown>>): Promise<string> {
  const words: string[] = []
  for (const space of spaces) {
    const { mean, deviation, wanted } = await moments(sampler, space, 100, options)
    words.push(`${space} mean ${mean.toFixed(3)} (${wanted.mean.toFixed(3)}), deviation ${deviation.toFixed(3)} (${wanted.deviation.toFixed(3)})`)
    const [ofMean, ofDeviation] = sampler.coupled ? [0.1, 0.08] : [0.03, 0.045]
    require(Math.abs(mean - wanted.mean) < ofMean * wanted.deviation && Math.abs(deviation / wanted.deviation - 1) < ofDeviation, () => words.join('; '))
  }
  return words.join('; ')
}

/** Where all pictures are one, that one must come out of a schedule that ends without noise. */
export async function findsThePoint(sampler: Sampler, options: Readonly<Record<string, unknown>>): Promise<string> {
  for (const space of spaces) {
    const grid = evenGrid(space, 12, 3, true)
    const { data } = await play(sampler, { grid, toy: point(0.7), x: mix([grid.levels[0]!.sigma, normals(6)([1, 1, 4, 4])]), options })
    const error = Math.max(...data.map(v => Math.abs(v - 0.7)))
    require(error < 1e-4, () => `ends ${error.toExponential(1)} away from the only picture there is, in the ${space} space`)
  }
  return 'the only picture there is'
}

import { chain, type Interval, type Level } from '../level.js'
import { parseOptions, type Options, type Values } from '../options.js'
import type { Denoiser, Prediction, Run, Sampler, Step } from '../sampler.js'
import { mix, type Tensor } from '../tensor.js'
import { normals } from './normals.js'
import type { Grid } from './spaces.js'
import type { Toy } from './toys.js'

export interface Scene {
  readonly grid: Grid
  readonly toy: Toy
  readonly x: Tensor
  readonly seed?: number
  readonly options?: Readonly<Record<string, unknown>>
  /** In place of the grid's steps, for samplers that walk a schedule of their own. */
  readonly intervals?: readonly Interval[]
  /** How many of the steps were made before. */
  readonly skip?: number
  /** Replaces the draws, say to give each picture of a batch its own. */
  readonly noise?: (shape: readonly number[]) => Tensor
  readonly wrap?: (denoiser: Denoiser) => Denoiser
}

/** A run of a sampler on a toy, ready to be stepped. */
export function start(sampler: Sampler, { grid, toy, x, seed = 1, options = {}, intervals = chain(grid.levels), skip = 0, noise = normals(seed), wrap = d => d }: Scene): AsyncGenerator<Step, Tensor> {
  const run: Run = {
    x, level: where => grid.level(where), intervals: intervals.slice(skip), skipped: intervals.slice(0, skip),
    noise: (_from, _to, shape = x.shape) => noise(shape), ...wrap(exact(toy)),
  }
  return sampler.sample(run, parsed(sampler, options, x))
}

/** Complete options; those that have no default are made up where they are not given. */
export const parsed = ({ name, options }: Sampler, given: Readonly<Record<string, unknown>>, x: Tensor = { shape: [1], data: new Float32Array(1) }): Values<Options> =>
  parseOptions(name, options, { ...required(options, x), ...given })

export async function finish(steps: AsyncGenerator<Step, Tensor>): Promise<{ readonly x: Tensor; readonly yields: readonly Step[] }> {
  const yields: Step[] = []
  for (;;) {
    const step = await steps.next()
    if (step.done) return { x: step.value, yields }
    yields.push(step.value)
  }
}

export const play = async (sampler: Sampler, scene: Scene): Promise<Tensor> => (await finish(start(sampler, scene))).x

/** A network without error: its output is the clean estimate itself. */
export function exact(toy: Toy): Denoiser {
  const read = (output: Tensor, x: Tensor, at: Level): Prediction => {
    const noise = at.sigma > 0 ? mix([1 / at.sigma, x], [-at.alpha / at.sigma, output]) : mix([0, x])
    const plain = { clean: output, noise, residual: noise, output }
    return { ...plain, unconditional: plain }
  }
  return { read, denoise: async (x, at) => read(toy.clean(x, at), x, at) }
}

/** Something for each option that has no default. */
export function required(options: Options, x: Tensor): Record<string, unknown> {
  const value = (option: Options[string]): unknown => {
    if (option.kind === 'image') return { shape: x.shape, data: x.data.map((_, i) => i % 2) }
    if (option.kind === 'number' || option.kind === 'integer') return Math.max(option.min ?? 0, Math.min(option.max ?? 1, 1))
    if (option.kind === 'numbers') return Array.from({ length: option.minLength ?? 0 }, () => option.min ?? 0)
    return option.kind === 'choice' ? option.of[0] : option.kind === 'text' ? '' : false
  }
  return Object.fromEntries(Object.entries(options).filter(([, option]) => option.default === undefined).map(([key, option]) => [key, value(option)]))
}

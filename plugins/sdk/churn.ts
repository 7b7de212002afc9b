import type { Level } from './level.js'
import { flag, number, type Values } from './options.js'
import type { Run } from './sampler.js'
import { mix, type Tensor } from './tensor.js'

export const churnOptions = {
  churn: number('Noise added over the whole run before steps.', { default: 0, min: 0 }),
  churnFrom: number('Lowest sigma at which noise is added.', { default: 0, min: 0 }),
  churnTo: number('Highest sigma at which noise is added; no bound where not given.', { default: null, min: 0 }),
  churnScale: number('Multiplier of the added noise.', { default: 1, min: 0 }),
  drawAlways: flag('Where churn is set, draws noise in the steps outside of its range too, as k-diffusion does; it is thrown away.', { default: false }),
} as const

/**
 * The raise before a step: sigma becomes sigma (1 + gamma), gamma = min(churn / steps, sqrt(2) - 1) (Karras et al. 2022, algorithm 2).
 * For solvers that see alpha = 1.
 */
export function churning(run: Run, o: Values<typeof churnOptions>): (x: Tensor, from: Level) => { readonly x: Tensor; readonly start: Level } {
  const gamma = Math.min(o.churn / (run.skipped.length + run.intervals.length), Math.SQRT2 - 1)
  return (x, from) => {
    const active = gamma > 0 && from.sigma >= o.churnFrom && from.sigma <= (o.churnTo ?? Infinity)
    if (!active && !(o.drawAlways && gamma > 0)) return { x, start: from }
    const start = active ? run.level({ sigma: from.sigma * (1 + gamma) }) : from
    const fresh = run.noise(from, start)
    return active ? { x: mix([1, x], [o.churnScale * Math.sqrt(start.sigma ** 2 - from.sigma ** 2), fresh]), start } : { x, start }
  }
}

import { ancestral, forward, type Level } from './level.js'
import { isFlow } from './in-sigma.js'
import type { Run } from './sampler.js'

/**
 * The level below `to` that an ancestral step makes for, and the noising process back up: x becomes keep * x + up * noise.
 * eta shares out the variance (Song et al. 2021, eq. 16); in flow models it goes the same share of the way down in sigma,
 * from to.sigma (eta 0) to to.sigma^2 / from.sigma (eta 1), as ComfyUI does. It never lies below `lowest`.
 */
export function below(run: Pick<Run, 'level'>, from: Level, to: Level, eta: number, lowest?: Level): { readonly at: Level; readonly keep: number; readonly up: number } {
  if (eta === 0 || to.sigma === 0) return { at: to, keep: 1, up: 0 }
  const wanted = isFlow(run) ? run.level({ sigma: Math.max(0, to.sigma * (1 + (to.sigma / from.sigma - 1) * eta)) })
    : run.level({ lambda: Math.log(to.alpha / ancestral(from, to, eta).down) })
  const at = lowest && wanted.lambda > lowest.lambda ? lowest : wanted
  return { at, ...forward(at, to) }
}

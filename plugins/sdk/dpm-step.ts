import type { Level } from './level.js'
import type { Prediction, Run } from './sampler.js'
import { mix, type Tensor, type Term } from './tensor.js'

/**
 * One step of DPM-Solver-1, -2 or -3 in noise prediction (Lu et al. 2022, eqs. 3.7, 4.1 and algorithm 2):
 * x' = alpha'/alpha x - sigma' (exp(h) - 1) e - ..., h = lambda' - lambda, intermediate levels at lambda + r h.
 * `first` is the prediction at x; orders 2 and 3 call the network once and twice more, and answer those of lower order from the
 * same calls too: `results[k]` is of order k + 1.
 */
export async function dpmStep(run: Run, x: Tensor, from: Level, to: Level, first: Prediction, order: number, r1 = order === 2 ? 1 / 2 : 1 / 3, r2 = 2 / 3): Promise<{ readonly results: readonly Tensor[]; readonly high: Tensor }> {
  const h = to.lambda - from.lambda
  const move = (at: Level, other = 0, ...terms: Term[]) => mix([at.alpha / from.alpha, x], [at.sigma * (other - Math.expm1(at.lambda - from.lambda)), first.residual], ...terms)
  const toward = (at: Level, weight: number, { residual }: Prediction) => move(at, weight, [-at.sigma * weight, residual])
  const results = [move(to)]
  if (order > 1) {
    const m1 = run.level({ lambda: from.lambda + r1 * h })
    const e1 = await run.denoise(move(m1), m1)
    results.push(toward(to, Math.expm1(h) / (2 * r1), e1))
    if (order > 2) {
      const m2 = run.level({ lambda: from.lambda + r2 * h })
      const e2 = await run.denoise(toward(m2, (r2 / r1) * (Math.expm1(r2 * h) / (r2 * h) - 1), e1), m2)
      results.push(toward(to, (Math.expm1(h) / h - 1) / r2, e2))
    }
  }
  return { results, high: results.at(-1)! }
}

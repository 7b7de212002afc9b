import { choice, inSigma, integer, lagrange, mix, sampler, type Tensor } from '../sdk/index.js'

export default sampler({
  name: 'ipndm-v',
  aliases: ['ipndm_v', 'iPNDM_v'],
  summary: 'iPNDM with the weights that belong to uneven steps; one network call a step.',
  cites: 'Zhang & Chen 2023 (arXiv:2204.13902), variable-step form of zju-pi/diff-sampler',
  order: 4,
  options: {
    order: integer('How many slopes to use.', { default: 4, min: 1, max: 4 }),
    weights: choice('Exact Adams-Bashforth weights of the uneven grid, or the published ones, of which those of orders 3 and 4 differ.', ['exact', 'published'], { default: 'exact' }),
  },
  // x' = x + (sigma' - sigma) sum of w_k d_k over the last slopes.
  sample: inSigma(async function* ({ x, intervals, denoise }, { order, weights }) {
    let past: Tensor[] = []
    let sigmas: number[] = []
    for (const { from, to } of intervals) {
      const { clean, residual } = await denoise(x, from)
      yield { x, level: from, denoised: clean }
      past = [residual, ...past].slice(0, order)
      sigmas = [from.sigma, ...sigmas].slice(0, order)
      const w = weights === 'exact' ? exact(sigmas, to.sigma) : published([to.sigma, ...sigmas])
      const h = to.sigma - from.sigma
      x = to.sigma === 0 ? clean : mix([1, x], ...past.map((d, k) => [h * w[k]!, d] as const))
    }
    return x
  }),
})

/** Mean over the step of the Lagrange polynomials through the last sigmas. */
const exact = ([from, ...before]: readonly number[], to: number): number[] => lagrange([0, ...before.map(s => s - from!)])
  .map(p => p.reduce((sum, c, k) => sum + (c * (to - from!) ** k) / (k + 1), 0))

/** As diff-sampler has them: a bracket misplaced in the third difference, and another factor in the fourth. */
function published(sigmas: readonly number[]): number[] {
  const [h0, h1, h2, h3] = sigmas.slice(1).map((s, i) => sigmas[i]! - s) as [number, number, number, number]
  const w = [1, 0, 0, 0]
  const add = (t: number, ...factors: number[]) => factors.forEach((f, k) => { w[k]! += t * f })
  if (sigmas.length > 2) add(h0 / h1 / 2, 1, -1)
  if (sigmas.length > 3) add((1 - (h0 / (3 * (h0 + h1))) * ((h0 * (h0 + h1)) / (h1 * (h1 + h2)))) / 2, 1, -(1 + h1 / h2), h1 / h2)
  if (sigmas.length > 4) {
    const r = (h1 * (h1 + h2)) / (h2 * (h2 + h3))
    const t = ((1 - h0 / (3 * (h0 + h1))) / 2 + ((1 - h0 / (2 * (h0 + h1))) * h0) / (6 * (h0 + h1 + h2))) * ((h0 * (h0 + h1) * (h0 + h1 + h2)) / (h1 * (h1 + h2) * (h1 + h2 + h3)))
    add(t, 1, -(1 + h1 / h2 + r), h1 / h2 + r * (1 + h2 / h3), (-r * h1) / h2)
  }
  return w
}

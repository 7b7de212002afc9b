import { mix, number, sampler } from '../sdk/index.js'

export default sampler({
  name: 'seeds-3',
  aliases: ['seeds_3', 'SEEDS-3'],
  summary: 'Three-stage stochastic exponential integrator on the clean estimates; three network calls a step.',
  cites: 'Gonzalez et al. 2023, SEEDS (arXiv:2305.14267)',
  order: 'sde',
  finite: () => true,
  options: {
    eta: number('Strength of the fresh noise: 0 is the ODE, 1 the reverse SDE.', { default: 1, min: 0 }),
    noiseScale: number('Multiplier of the fresh noise.', { default: 1, min: 0 }),
    r1: number('Where in the step, in log(alpha / sigma), the second call is.', { default: 1 / 3, min: 0.01, max: 0.99 }),
    r2: number('Where the third call is.', { default: 2 / 3, min: 0.01, max: 1 }),
  },
  // As SEEDS-2 with stages at lambda + r1 h and lambda + r2 h; b3 = (1 - (1 - e^-g) / g) / r2 is the weight of the last, g = h (1 + eta).
  async *sample({ x, intervals, denoise, noise, level }, { eta, noiseScale, r1, r2 }) {
    for (const { from, to } of intervals) {
      const first = await denoise(x, from)
      yield { x, level: from, denoised: first.clean }
      if (to.sigma === 0) { x = mix([to.alpha, first.clean]); continue }
      const h = to.lambda - from.lambda
      const [m1, m2] = [level({ lambda: from.lambda + r1 * h }), level({ lambda: from.lambda + r2 * h })]
      const stochastic = eta > 0 && noiseScale > 0
      // The noise of the process so far, in units of sigma: decays by e^(-eta dh) and is refilled to unit variance of the SDE.
      const grow = (dr: number, n: typeof x | undefined, a: typeof from, b: typeof from) => !stochastic ? x
        : mix([Math.sqrt(-Math.expm1(-2 * dr * eta * h)), noise(a, b)], ...(n ? [[Math.exp(-dr * eta * h), n] as const] : []))
      const s = Number(stochastic) * noiseScale
      const gain = (part: number) => -Math.expm1(-part * h * (1 + eta))
      const keep = (part: number, at: typeof from) => (at.sigma / from.sigma) * Math.exp(-part * eta * h)
      const curved = (part: number, node: number) => (part / node) * (1 - gain(part) / (part * h * (1 + eta)))

      const n1 = grow(r1, undefined, from, m1)
      const second = await denoise(mix([keep(r1, m1), x], [m1.alpha * gain(r1), first.clean], [s * m1.sigma, n1]), m1)
      const n2 = grow(r2 - r1, n1, m1, m2)
      const a2 = curved(r2, r1)
      const third = await denoise(mix([keep(r2, m2), x], [m2.alpha * (gain(r2) - a2), first.clean], [m2.alpha * a2, second.clean], [s * m2.sigma, n2]), m2)
      const n3 = grow(1 - r2, n2, m2, to)
      const b3 = curved(1, r2)
      x = mix([keep(1, to), x], [to.alpha * (gain(1) - b3), first.clean], [to.alpha * b3, third.clean], [s * to.sigma, n3])
    }
    return x
  },
})

import { choice, mix, number, sampler } from '../sdk/index.js'

export default sampler({
  name: 'seeds-2',
  aliases: ['seeds_2', 'SEEDS-2'],
  summary: 'Two-stage stochastic exponential integrator on the clean estimates; two network calls a step.',
  cites: 'Gonzalez et al. 2023, SEEDS (arXiv:2305.14267)',
  order: 'sde',
  finite: () => true,
  options: {
    eta: number('Strength of the fresh noise: 0 is the ODE, 1 the reverse SDE.', { default: 1, min: 0 }),
    noiseScale: number('Multiplier of the fresh noise.', { default: 1, min: 0 }),
    r: number('Where in the step, in log(alpha / sigma), the second call is.', { default: 0.5, min: 0.01, max: 1 }),
    weights: choice('How the two estimates are combined: one phi function or two.', ['phi_1', 'phi_2'], { default: 'phi_1' }),
  },
  presets: {
    'exp-heun-2-x0': { aliases: ['exp_heun_2_x0'], summary: 'Exponential Heun on the clean estimates.', order: 2, options: { eta: 0, r: 1, weights: 'phi_2' } },
    'exp-heun-2-x0-sde': { aliases: ['exp_heun_2_x0_sde'], summary: 'Exponential Heun with fresh noise.', options: { r: 1, weights: 'phi_2' } },
  },
  // With g = h (1 + eta): x' = sigma'/sigma e^(-eta h) x + alpha' (1 - e^-g) (mean of D and D2) + sigma' sqrt(1 - e^(-2 eta h)) z, D2 at lambda + r h.
  async *sample({ x, intervals, denoise, noise, level }, { eta, noiseScale, r, weights }) {
    for (const { from, to } of intervals) {
      const first = await denoise(x, from)
      yield { x, level: from, denoised: first.clean }
      if (to.sigma === 0) { x = mix([to.alpha, first.clean]); continue }
      const h = to.lambda - from.lambda
      const middle = r === 1 ? to : level({ lambda: from.lambda + r * h })
      const stochastic = eta > 0 && noiseScale > 0
      const n1 = stochastic ? mix([Math.sqrt(-Math.expm1(-2 * r * eta * h)), noise(from, middle)]) : x
      const n2 = stochastic ? noise(middle, to) : x
      const s = Number(stochastic) * noiseScale
      const gain = (part: number) => -Math.expm1(-part * h * (1 + eta))
      const ahead = mix([(middle.sigma / from.sigma) * Math.exp(-r * eta * h), x], [middle.alpha * gain(r), first.clean], [s * middle.sigma, n1])
      const second = await denoise(ahead, middle)
      const b2 = weights === 'phi_1' ? gain(1) / (2 * r) : (1 - gain(1) / (h * (1 + eta))) / r
      x = mix([(to.sigma / from.sigma) * Math.exp(-eta * h), x], [to.alpha * (gain(1) - b2), first.clean], [to.alpha * b2, second.clean],
        [s * to.sigma * Math.exp((r - 1) * eta * h), n1], [s * to.sigma * Math.sqrt(-Math.expm1(2 * (r - 1) * eta * h)), n2])
    }
    return x
  },
})

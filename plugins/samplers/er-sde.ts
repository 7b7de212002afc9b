import { choice, integer, mix, number, sampler, type Tensor } from '../sdk/index.js'

export default sampler({
  name: 'er-sde',
  aliases: ['er_sde', 'ER-SDE'],
  summary: 'Extended reverse-time SDE of order 1 to 3, its noise shaped by a function of sigma / alpha; one network call a step.',
  cites: 'Cui et al. 2023, ER-SDE-Solvers (arXiv:2309.06169), algorithms 3 to 5',
  order: 'sde',
  finite: () => true,
  options: {
    order: integer('How many clean estimates to use.', { default: 3, min: 1, max: 3 }),
    scaler: choice('phi(L) of L = sigma / alpha: L (exp(L^0.3) + 10), or a power of L.', ['er-sde-5', 'power'], { default: 'er-sde-5' }),
    power: number('The power: 1 is the ODE (with noiseScale 0), 1 + eta the reverse-time SDE.', { default: 2, min: 0 }),
    noiseScale: number('Multiplier of the fresh noise.', { default: 1, min: 0 }),
  },
  presets: {
    'er-sde-reverse-time': { summary: 'Reverse-time SDE solved by ER-SDE.', options: { scaler: 'power', power: 2 } },
    'er-sde-ode': { summary: 'Probability-flow ODE solved by ER-SDE.', order: 2, options: { scaler: 'power', power: 1, noiseScale: 0 } },
  },
  // With L = sigma / alpha and r = phi(L') / phi(L): x' = alpha'/alpha r x + alpha' (1 - r) D + divided differences of D + alpha' sqrt(L'^2 - L^2 r^2) z.
  async *sample({ x, intervals, denoise, noise }, { order, scaler, power, noiseScale }) {
    const phi = scaler === 'power' ? (l: number) => l ** power : (l: number) => l * (Math.exp(l ** 0.3) + 10)
    const points = 200
    let past: { l: number; clean: Tensor }[] = []
    for (const { from, to } of intervals) {
      const { clean } = await denoise(x, from)
      yield { x, level: from, denoised: clean }
      if (to.sigma === 0) return mix([to.alpha, clean])
      const [l, end] = [from.sigma / from.alpha, to.sigma / to.alpha]
      const r = phi(end) / phi(l)
      const step = end - l
      const [one, two] = past
      // Weights of the first and second divided difference of the clean estimates.
      let [first, second] = [0, 0]
      // phi(L') times the integral of q^0 / phi, and of (q - L) / phi, from L' to L: by rectangles, as published.
      const moment = (f: (q: number) => number) => {
        let sum = 0
        for (let p = 0; p < points; p++) { const q = end - (p * step) / points; sum += f(q) / phi(q) }
        return (phi(end) * -step * sum) / points
      }
      if (one && order > 1) {
        first = (to.alpha * (step + moment(() => 1))) / (l - one.l)
        if (two && order > 2) second = (to.alpha * (step ** 2 / 2 + moment(q => q - l)) * 2) / (l - two.l)
      }
      const [near, far] = [first + (one ? second / (l - one.l) : 0), one && two ? second / (one.l - two.l) : 0]
      x = mix([(to.alpha / from.alpha) * r, x], [to.alpha * (1 - r) + near, clean], [-near - far, one?.clean ?? clean], [far, two?.clean ?? clean])
      if (noiseScale > 0) x = mix([1, x], [to.alpha * noiseScale * Math.sqrt(Math.max(0, end ** 2 - (l * r) ** 2)), noise(from, to)])
      past = [{ l, clean }, ...past].slice(0, 2)
    }
    return x
  },
})

import { below, dpmStep, integer, mix, number, sampler, type Tensor } from '../sdk/index.js'

export default sampler({
  name: 'dpm-adaptive',
  aliases: ['dpm_adaptive', 'DPM adaptive'],
  summary: 'DPM-Solver-12 or -23 that chooses its own steps: a controller keeps the difference of the two orders within a tolerance.',
  cites: 'Lu et al. 2022, DPM-Solver-12 and -23 (arXiv:2206.00927); PID control after Soderlind 2003',
  order: 1,
  finite: () => true,
  coupled: 'The step size comes from the error over the whole batch.',
  options: {
    order: integer('Network calls in an attempt: 2 compares orders 1 and 2, 3 compares orders 2 and 3.', { default: 3, min: 2, max: 3 }),
    rtol: number('Tolerance relative to x.', { default: 0.05, min: 0 }),
    atol: number('Least tolerance.', { default: 0.0078, min: 0 }),
    firstStep: number('The first step to try, in log(alpha / sigma).', { default: 0.05, min: 1e-6 }),
    proportional: number('Weight of the error in the controller.', { default: 0 }),
    integral: number('Weight of the sum of errors in the controller.', { default: 1 }),
    derivative: number('Weight of the change of the error in the controller.', { default: 0 }),
    acceptSafety: number('A step is taken where the factor proposed for the next is at least this.', { default: 0.81, min: 0 }),
    eta: number('Share of the step made with fresh noise.', { default: 0, min: 0 }),
    noiseScale: number('Multiplier of the fresh noise.', { default: 1, min: 0 }),
  },
  steps: () => null,
  // factor = 1 + atan(v0^b1 v1^b2 v2^b3 - 1) of the inverse errors v, b1 = (P + I + D) / q, b2 = -(P + 2 D) / q, b3 = D / q.
  async *sample(run, { order, rtol, atol, firstStep, proportional: p, integral: i, derivative: d, acceptSafety, eta, noiseScale }) {
    const clean = run.intervals.at(-1)!.to.sigma === 0
    const end = clean ? run.intervals.at(-1)!.from : run.intervals.at(-1)!.to
    let { from } = run.intervals[0]!
    if (eta > 0 && end.lambda < from.lambda) throw new RangeError('dpm-adaptive: eta must be 0 where sigma rises.')
    const q = eta > 0 ? 1.5 : order
    const powers = [(p + i + d) / q, -(p + 2 * d) / q, d / q]
    const sign = Math.sign(end.lambda - from.lambda)
    let { x } = run
    let [previous, h] = [x, firstStep]
    let history: number[] | undefined
    while (sign * (end.lambda - from.lambda) > 1e-5) {
      const first = await run.denoise(x, from)
      yield { x, level: from, denoised: first.clean }
      for (let accepted = false; !accepted;) {
        const reach = from.lambda + sign * h
        const to = sign * (reach - end.lambda) >= 0 ? end : run.level({ lambda: reach })
        const { at, keep, up } = below(run, from, to, eta, end)
        const { results, high } = await dpmStep(run, x, from, at, first, order)
        const low = results.at(-2)!
        const inverse = 1 / (1e-8 + distance(low, high, previous, rtol, atol))
        history = history ? [inverse, history[1]!, history[2]!] : [inverse, inverse, inverse]
        const factor = 1 + Math.atan(history.reduce((product, v, k) => product * v ** powers[k]!, 1) - 1)
        accepted = factor >= acceptSafety
        h *= factor
        if (!accepted) continue
        history = [inverse, inverse, history[1]!]
        previous = low
        x = eta > 0 ? mix([keep, high], [noiseScale * up, run.noise(from, to)]) : high
        from = to
      }
    }
    if (!clean) return x
    const last = await run.denoise(x, end)
    yield { x, level: end, denoised: last.clean }
    return last.clean
  },
})

/** Root mean square of the difference, each element in units of its tolerance. */
function distance(low: Tensor, high: Tensor, previous: Tensor, rtol: number, atol: number): number {
  let sum = 0
  for (let k = 0; k < low.data.length; k++)
    sum += ((low.data[k]! - high.data[k]!) / Math.max(atol, rtol * Math.max(Math.abs(low.data[k]!), Math.abs(previous.data[k]!)))) ** 2
  return Math.sqrt(sum / low.data.length)
}

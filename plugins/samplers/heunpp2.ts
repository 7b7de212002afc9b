import { churning, churnOptions, inSigma, mix, sampler, type Term } from '../sdk/index.js'

export default sampler({
  name: 'heunpp2',
  aliases: ['heunpp2', 'heun++', 'Heun++'],
  summary: 'Heun with a third slope one step further ahead, its weights falling with sigma; three network calls a step, two in the last but one.',
  cites: 'Heun++ (sd-webui-samplers-scheduler, Carzit)',
  order: 1,
  options: churnOptions,
  // x' = x + (w1 d + w2 d2 + w3 d3)(sigma' - sigma), w2 = sigma' / (3 S), w3 = sigma'' / (3 S), S the first sigma.
  sample: inSigma(async function* (run, options) {
    const { intervals, denoise } = run
    const raise = churning(run, options)
    const largest = intervals[0]!.from.sigma
    let x = run.x
    for (const [i, { from, to }] of intervals.entries()) {
      const { x: raised, start } = raise(x, from)
      const first = await denoise(raised, start)
      yield { x: raised, level: start, denoised: first.clean }
      const h = to.sigma - start.sigma
      const next = intervals[i + 1]?.to
      const further = intervals[i + 2] && next!
      if (next) {
        const ahead = mix([1, raised], [h, first.residual])
        const second = await denoise(ahead, to)
        const w2 = to.sigma / ((further ? 3 : 2) * largest)
        let w3 = 0
        const slopes: Term[] = [[h * w2, second.residual]]
        if (further) {
          const third = await denoise(mix([1, ahead], [further.sigma - to.sigma, second.residual]), further)
          w3 = further.sigma / (3 * largest)
          slopes.push([h * w3, third.residual])
        }
        x = mix([1, raised], [h * (1 - w2 - w3), first.residual], ...slopes)
      } else x = to.sigma === 0 ? first.clean : mix([1, raised], [h, first.residual])
    }
    return x
  }),
})

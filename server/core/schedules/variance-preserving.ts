import { number, schedule } from '../../../plugins/sdk/index.js'
import { linspace } from '../tables/numeric.js'

export default schedule({
  name: 'variance-preserving',
  aliases: ['vp'],
  summary: 'Evenly in the time of the continuous variance-preserving process: sigma(t)^2 = exp(betaD t^2 / 2 + betaMin t) - 1.',
  cites: 'Song et al. 2021 (arXiv:2011.13456), eq. 32; Karras et al. 2022, table 1',
  options: {
    betaD: number('Growth of the rate of noising over the process.', { default: 19.9, min: 0, max: 1000 }),
    betaMin: number('Rate of noising at its start.', { default: 0.1, min: 0, max: 1000 }),
    epsilon: number('The time of the cleanest level.', { default: 1e-3, min: 1e-9, max: 1 }),
  },
  grid({ steps, space }, { betaD, betaMin, epsilon }) {
    const ratios = linspace(1, epsilon, steps).map(t => Math.sqrt(Math.expm1((betaD * t * t) / 2 + betaMin * t)))
    return { sigmas: [...ratios.map(s => (space === 'flow' ? s / (1 + s) : s)), 0] }
  },
})

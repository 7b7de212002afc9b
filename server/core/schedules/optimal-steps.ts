import { choice, schedule } from '../../../plugins/sdk/index.js'
import { logLinear } from '../tables/log-linear.js'
import { optimalSteps } from './published/optimal-steps.js'

export default schedule({
  name: 'optimal-steps',
  aliases: ['optimal_steps', 'OptimalStepsScheduler'],
  summary: 'Levels optimised for three published flow models; other counts are interpolated in log sigma.',
  cites: 'Pei et al. 2025, optimal stepsize (arXiv:2503.21774)',
  space: 'flow',
  options: { table: choice('The model that the levels were found for.', ['flux', 'wan', 'chroma'], { default: 'flux' }) },
  grid: ({ steps }, { table }) => ({ sigmas: [...logLinear(optimalSteps[table], steps + 1).slice(0, -1), 0] }),
})

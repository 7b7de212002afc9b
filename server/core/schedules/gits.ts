import { number, schedule } from '../../../plugins/sdk/index.js'
import { logLinear } from '../tables/log-linear.js'
import { gits } from './published/gits.js'

export default schedule({
  name: 'gits',
  aliases: ['GITSScheduler'],
  summary: 'Levels found by dynamic programming over the curvature of trajectories, published for 2 to 20 steps; beyond, interpolated in log sigma.',
  cites: 'Chen et al. 2024, GITS (arXiv:2405.11326)',
  space: 'variance',
  options: { coefficient: number('0.8 to 1.5: smaller spends more steps on the noisy end. Taken to the nearest 0.05.', { default: 1.2, min: 0.8, max: 1.5 }) },
  grid({ steps }, { coefficient }) {
    const lists = gits((Math.round(coefficient * 20) / 20).toFixed(2))
    const known = lists[steps - 2]
    const levels = known ?? logLinear(steps < 2 ? lists[0]! : lists.at(-1)!, steps + 1)
    return { sigmas: [...levels.slice(0, -1), 0] }
  },
})

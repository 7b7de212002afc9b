import { numbers, schedule } from '../../../plugins/sdk/index.js'

export default schedule({
  name: 'custom',
  aliases: ['manual', 'ManualSigmas'],
  summary: 'Sigmas or timesteps of one\'s own; the number of steps follows from them.',
  cites: '',
  options: {
    sigmas: numbers('Sigmas, descending; a last 0 is the clean end and may be left out.', { default: [], min: 0, maxLength: 1001 }),
    timesteps: numbers('Timesteps of the model, descending, instead.', { default: [], min: 0, maxLength: 1000 }),
  },
  grid({ sigmas: table, sigmaAt, space }, { sigmas, timesteps }) {
    if ((sigmas.length > 0) === (timesteps.length > 0)) throw new RangeError('custom: give sigmas or timesteps, one of the two.')
    const given = sigmas.length ? sigmas : timesteps
    if (given.some((s, i) => i > 0 && s >= given[i - 1]!)) throw new RangeError(`custom: ${sigmas.length ? 'sigmas' : 'timesteps'} must descend.`)
    if (!sigmas.length && timesteps[0]! > table.length - 1) throw new RangeError(`custom: timesteps must lie in 0 to ${table.length - 1}.`)
    if (!sigmas.length) return { sigmas: [...timesteps.map(t => sigmaAt(t)), 0], timesteps }
    if (space === 'flow' && sigmas[0]! > 1) throw new RangeError(`custom: the sigmas of a flow model lie in 0 to 1, got ${sigmas[0]}.`)
    if (sigmas.every(s => s === 0)) throw new RangeError('custom: the first sigma must be above 0.')
    return { sigmas: sigmas.at(-1) === 0 ? sigmas : [...sigmas, 0] }
  },
})

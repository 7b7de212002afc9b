import { choice, flag, number, schedule } from '../../../plugins/sdk/index.js'
import { range } from '../tables/numeric.js'

export default schedule({
  name: 'flow-shift',
  aliases: ['flow_shift', 'ModelSamplingSD3', 'ModelSamplingFlux'],
  summary: 'Even times moved towards noise, by a fixed amount or by the size of the picture.',
  cites: 'Esser et al. 2024 (arXiv:2403.03206), eq. 23; FLUX.1 (dynamic shift)',
  space: 'flow',
  options: {
    shift: number('s in sigma = s t / (1 + (s - 1) t); 1 leaves the times even.', { default: 3, min: 0.01, max: 100 }),
    dynamic: flag('Takes the shift from the number of tokens instead.', { default: false }),
    kind: choice('Dynamic shift mu enters as exp(mu), or as it is.', ['exponential', 'linear'], { default: 'exponential' }),
    baseShift: number('mu at 256 tokens.', { default: 0.5, min: 0, max: 20 }),
    maxShift: number('mu at 4096 tokens; larger pictures go on along the line.', { default: 1.15, min: 0, max: 20 }),
    patch: number('Latent pixels along one side of a token.', { default: 2, min: 1, max: 64 }),
    terminal: number('Stretches the times so that the last level is this; not where it is not given.', { default: null, min: 0.0001, max: 0.99 }),
  },
  grid({ steps, shape }, { shift, dynamic, kind, baseShift, maxShift, patch, terminal }) {
    if (dynamic && !shape) throw new RangeError('flow-shift: the dynamic shift needs the size of the picture.')
    const tokens = dynamic ? Math.ceil(shape!.at(-2)! / patch) * Math.ceil(shape!.at(-1)! / patch) : 0
    const mu = baseShift + ((maxShift - baseShift) * (tokens - 256)) / (4096 - 256)
    const s = !dynamic ? shift : kind === 'linear' ? mu : Math.exp(mu)
    const levels = range(steps, i => 1 - i / steps).map(t => (s * t) / (1 + (s - 1) * t))
    const scale = terminal && steps > 1 ? (1 - levels.at(-1)!) / (1 - terminal) : 1
    return { sigmas: [...levels.map(v => 1 - (1 - v) / scale), 0] }
  },
})

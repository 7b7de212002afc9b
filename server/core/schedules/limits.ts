import { number, type ScheduleRequest } from '../../../plugins/sdk/index.js'

/** Options of the schedules that lie between two sigmas of one's own choice. */
export const limitOptions = {
  sigmaMin: number('Smallest sigma before 0; the model\'s own where not given.', { default: null, min: 1e-12 }),
  sigmaMax: number('Largest sigma; where not given the model\'s own, but at most 80.', { default: null, min: 1e-12 }),
} as const

/**
 * The largest sigma that Karras et al. 2022 begin at. Cosine tables and those of zero terminal SNR end at thousands, where x has
 * long been nothing but noise, and a schedule over all of that would have few steps left for the picture.
 */
const NOISE = 80

export function limits({ sigmas, space, config }: Pick<ScheduleRequest, 'sigmas' | 'space' | 'config'>, o: { readonly sigmaMin: number | null; readonly sigmaMax: number | null }) {
  const [first, last] = [sigmas[0]!, sigmas.at(-1)!]
  const own = typeof config.sigma_max === 'number' ? config.sigma_max : space === 'variance' ? Math.min(last, NOISE) : last
  return { max: o.sigmaMax ?? own, min: o.sigmaMin ?? (typeof config.sigma_min === 'number' ? config.sigma_min : first) }
}

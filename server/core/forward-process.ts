/** The noising process of a model: what training saw, and what image-to-image starts from. */
import { forward, level, mix, type Level, type Tensor } from '../../plugins/sdk/index.js'
import { hasBetas, noiseTable, trainedTable } from './noise-table.js'

/**
 * The level of training timestep t (0 is the cleanest; -1 the clean picture itself), as the model's config defines it:
 * alpha^2 + sigma^2 = 1, in flow models alpha = 1 - sigma.
 * @throws {RangeError} where t is not a timestep of the model.
 */
export function trainedLevels(scheduler: Readonly<Record<string, unknown>>): { readonly count: number; at(t: number): Level } {
  const { count, levelOf } = levels(String(scheduler._class_name), scheduler)
  return {
    count,
    at(t) {
      if (!Number.isInteger(t) || t < -1 || t >= count) throw new RangeError(`A timestep of this model is a whole number from 0 to ${count - 1}, got ${t}.`)
      return t === -1 ? level(-1, 0) : levelOf(t)
    },
  }
}

function levels(className: string, config: Readonly<Record<string, unknown>>): { readonly count: number; levelOf(t: number): Level } {
  if (hasBetas(className, config)) {
    const { abar } = trainedTable(className, config)
    return { count: abar.length, levelOf: t => level(t, Math.sqrt(1 - abar[t]!), Math.sqrt(abar[t]!)) }
  }
  const { sigmas, space, timeOf } = noiseTable(className, config)
  const ofFlow = (sigma: number) => level(timeOf(sigma), sigma, 1 - sigma)
  const ofRatio = (t: number, ratio: number) => level(t, ratio / Math.hypot(ratio, 1), 1 / Math.hypot(ratio, 1))
  return { count: sigmas.length, levelOf: t => (space === 'flow' ? ofFlow(sigmas[t]!) : ofRatio(t, sigmas[t]!)) }
}

/** q(x_t | x_0) in closed form (Ho et al. 2020, eq. 4): alpha x_0 + sigma noise. */
export const noised = (clean: Tensor, at: Level, noise: Tensor): Tensor => mix([at.alpha, clean], [at.sigma, noise])

/** One step q(x_t | x_s), s before t (eq. 2 where t = s + 1): x_s scaled to the new alpha, and the noise that is missing. */
export function noisedFurther(x: Tensor, from: Level, to: Level, noise: Tensor): Tensor {
  const { keep, up } = forward(from, to)
  return mix([keep, x], [up, noise])
}

/** What a v-predicting network is trained to answer (Salimans & Ho 2022, appendix D): alpha noise - sigma x_0. */
export const velocity = (clean: Tensor, at: Level, noise: Tensor): Tensor => mix([at.alpha, noise], [-at.sigma, clean])

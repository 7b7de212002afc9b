/** The noise levels that a model was trained on, from its scheduler config: what a schedule chooses from. */
import type { NoiseTable } from '../../plugins/sdk/index.js'
import { complete, shortName } from './diffusers/from-diffusers.js'
import { cogTable } from './diffusers/ddim.js'
import { shifted } from './diffusers/sigmas.js'
import { common, trainingTable, type BetaConfig, type TrainingTable } from './tables/training.js'
import { f32, linspace, range } from './tables/numeric.js'

const edmClasses = ['EDMEuler', 'EDMDPMSolverMultistep', 'CosineDPMSolverMultistep']
const flowClasses = ['FlowMatchEulerDiscrete', 'FlowMatchHeunDiscrete', 'FlowMatchLCM', 'FlowMapEulerDiscrete', 'LTXEulerAncestralRF', 'MiniMaxH3']

/** Every spelling of a beta schedule that any class takes. */
const betaSchedules = [...common, 'sigmoid', 'laplace', 'exp']

/**
 * `shift` replaces a flow model's own, where the size of the picture decides it.
 * @throws {RangeError} for a scheduler whose levels belong to its own steps.
 */
export function noiseTable(className: string, config: Readonly<Record<string, unknown>>, shift?: number): NoiseTable {
  const { config: c } = complete(className, config)
  const name = shortName(className)
  if (flowClasses.includes(name) || c.use_flow_sigmas === true) return flowTable(name, c, shift)
  if (edmClasses.includes(name)) return edmTable(name, c)
  if (name.startsWith('CogVideoX')) return variance(cogTable(c))
  if ('beta_schedule' in c) return variance(trainingTable(betaConfig(c), { floor: 2 ** -24, allowed: betaSchedules }))
  throw new RangeError(`${className} has noise levels of its own, which no other schedule can replace.`)
}

/** Classes that replace a last cumulated alpha of 0, which they would divide by. */
const floored = ['EulerDiscrete', 'EulerAncestralDiscrete', 'DPMSolverMultistep', 'UniPCMultistep']

/** Whether the model was trained on a table of betas; flow and EDM models, and those with a closed form, were not. */
export const hasBetas = (className: string, config: Readonly<Record<string, unknown>>): boolean => {
  const { config: c } = complete(className, config)
  return 'beta_schedule' in c && c.use_flow_sigmas !== true
}

/**
 * The betas of a model and what they cumulate to, as its class keeps them.
 * @throws {RangeError} for a class that has no such table.
 */
export function trainedTable(className: string, config: Readonly<Record<string, unknown>>): TrainingTable {
  const { config: c } = complete(className, config)
  const name = shortName(className)
  if (name.startsWith('CogVideoX')) return cogTable(c)
  if (!('beta_schedule' in c)) throw new RangeError(`${className} has no table of betas.`)
  return trainingTable(betaConfig(c), { floor: floored.includes(name) ? 2 ** -24 : 0, allowed: betaSchedules })
}

const betaConfig = (c: Readonly<Record<string, unknown>>): BetaConfig =>
  ({ rescale_betas_zero_snr: false, beta_start: 0.0001, beta_end: 0.02, trained_betas: null, ...c } as unknown as BetaConfig)

const variance = (table: Omit<NoiseTable, 'space'>): NoiseTable =>
  ({ space: 'variance', sigmas: table.sigmas, sigmaAt: t => table.sigmaAt(t), timeOf: sigma => table.timeOf(sigma) })

function flowTable(name: string, c: Readonly<Record<string, unknown>>, given?: number): NoiseTable {
  const T = Number(c.num_train_timesteps ?? 1000)
  const shift = given ?? (c.use_flow_sigmas === true ? Number(c.flow_shift) : c.use_dynamic_shifting === true ? 1 : Number(c.shift ?? 1))
  const sigmas = range(T, i => f32(shifted((i + 1) / T, shift)))
  if (name === 'MiniMaxH3') return { space: 'flow', sigmas, sigmaAt: t => 1 - t, timeOf: sigma => 1 - sigma }
  return { space: 'flow', sigmas, sigmaAt: t => t / T, shiftedAt: t => shifted(t / T, shift), timeOf: sigma => sigma * T }
}

function edmTable(name: string, c: Readonly<Record<string, unknown>>): NoiseTable {
  const sigmas = linspace(Math.log(Number(c.sigma_min)), Math.log(Number(c.sigma_max)), Number(c.num_train_timesteps)).map(Math.exp)
  if (name.startsWith('Cosine')) return { space: 'variance', sigmas, sigmaAt: t => Math.tan((t * Math.PI) / 2), timeOf: sigma => (Math.atan(sigma) / Math.PI) * 2 }
  return { space: 'variance', sigmas, sigmaAt: t => Math.exp(4 * t), timeOf: sigma => Math.log(sigma) / 4 }
}

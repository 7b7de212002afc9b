/** From the names and options of ComfyUI, k-diffusion and the web UI to those of the plugins. */
import { comfyTable } from '../../tables/comfy.js'
import type { SampleCase } from './case.js'

type Given = Readonly<Record<string, unknown>>
type Translate = (given: Given, c: SampleCase) => Given


/** Options that keep their meaning under another name. */
const renamed: Readonly<Record<string, string>> = {
  eta: 'eta', s_noise: 'noiseScale', order: 'order', max_order: 'order', r: 'r', r_1: 'r1', r_2: 'r2', ge_gamma: 'gamma', max_stage: 'order',
  s_churn: 'churn', s_tmin: 'churnFrom', s_tmax: 'churnTo', predictor_order: 'predictorOrder', corrector_order: 'correctorOrder',
  rtol: 'rtol', atol: 'atol', h_init: 'firstStep', pcoeff: 'proportional', icoeff: 'integral', dcoeff: 'derivative', accept_safety: 'acceptSafety',
  s_noise_end: 'noiseScaleEnd', noise_clip_std: 'noiseClip', n: 'calls',
}
/** Arguments that say where a run lies, not how it goes. */
const ends = ['sigma_min', 'sigma_max']

/** k-diffusion draws in every step. */
const churning: Translate = ({ s_noise, ...given }, { source }) => ({ ...given, ...(s_noise !== undefined && { churnScale: s_noise }), drawAlways: source === 'k-diffusion' })

/** ComfyUI's own tau: 1 between 20 and 80 percent of the model's way. */
function usual({ sampling }: SampleCase): Given {
  const { percentToSigma } = comfyTable(sampling!)
  return { start_sigma: percentToSigma(0.2), end_sigma: percentToSigma(0.8), eta: 1 }
}
const saSolver: Translate = ({ tau, simple_order_2, ...given }, c) => {
  const { start_sigma, end_sigma, eta } = (tau ?? usual(c)) as Given
  return {
    predictorOrder: 3, correctorOrder: 4, ...given, secondOrder: simple_order_2 === true ? 'simple' : 'exact', lowerOrderFinal: c.sigmas?.at(-1) === 0,
    tauOver: 'sigma', tau: eta, tauFrom: end_sigma, tauTo: start_sigma, endsBeforeLast: c.source === 'comfyui-0.3.64',
  }
}
const uniPc = (variant: string): Translate => ({ variant: given }, { sigmas }) => ({ variant: given ?? variant, order: Math.max(1, Math.min(3, (sigmas?.length ?? 0) - 2)), lastSigma: 0.001 })

const translate: Readonly<Record<string, Translate>> = {
  euler: churning, heun: churning, heunpp2: (given, c) => ({ ...churning(given, c), drawAlways: true }), dpm_2: churning,
  lms: (given, { source }) => ({ ...given, lastEuler: source.startsWith('comfyui') }),
  dpmpp_2m: given => ({ ...given, clock: 'sigma' }),
  dpmpp_2m_sde: ({ solver_type = 'midpoint', ...given }) => ({ ...given, correction: solver_type }),
  ipndm_v: given => ({ ...given, weights: 'published' }),
  deis: ({ deis_mode, ...given }) => ({ order: 3, ...given, over: deis_mode === 'rhoab' ? 'sigma' : 'time', quadrature: 'published' }),
  ddpm: () => ({ lastNoise: true }),
  er_sde: ({ noise_scaler, ...given }) => ({ ...given, ...(noise_scaler != null && { scaler: 'power', power: (noise_scaler as Given).power }) }),
  seeds_2: ({ solver_type, ...given }) => ({ ...given, ...(solver_type !== undefined && { weights: solver_type }) }),
  euler_ancestral_cfg_pp: given => ({ ...given, freshStart: true }),
  dpmpp_2s_ancestral_cfg_pp: (given, { source }) => ({ ...given, cfgPlusPlus: source === 'comfyui-next' ? 'unconditional' : 'first' }),
  restart: ({ restart_list, ...given }) => ({ ...given, ...(Array.isArray(restart_list) && { restarts: (restart_list as [number, number[]][]).flatMap(([min, [steps, times, max]]) => [min, steps!, times!, max!]) }) }),
  sa_solver: saSolver, sa_solver_pece: saSolver, uni_pc: uniPc('bh1'), uni_pc_bh2: uniPc('bh2'),
}

/** The plugin's options for a case; a bound that is infinite is none. @throws {RangeError} where an option has no counterpart. */
export function optionsOf(c: SampleCase): Given {
  const same = { exp_heun_2_x0: 'seeds_2', exp_heun_2_x0_sde: 'seeds_2' }[c.sampler] ?? c.sampler
  const given = (translate[same] ?? (it => it))(c.options, c)
  const kept = Object.entries(given).filter(([key, value]) => !ends.includes(key) && value !== Infinity)
  return Object.fromEntries(kept.map(([key, value]) => [renamed[key] ?? key, value]))
}

/** Where a name of the recordings belongs to a plugin that goes by another one here. */
export const pluginName = (sampler: string): string => ({ uni_pc: 'unipc', uni_pc_bh2: 'unipc' })[sampler] ?? sampler

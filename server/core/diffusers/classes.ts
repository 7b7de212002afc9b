/**
 * The scheduler classes: what their constructors take, with defaults, and what their schedules are made for. A config that
 * leaves a key out means its own class's default, whatever sampler then runs.
 */

/**
 * `table`: a variance-preserving model trained on a table of timesteps; every sampler can be planned on it.
 * `walk`: a schedule of its own that any sampler can walk. `fixed`: schedule and sampler belong together.
 */
export type Family = 'table' | 'walk' | 'fixed'
export interface SchedulerClass { readonly family: Family; readonly defaults: Readonly<Record<string, unknown>> }

const betas = { num_train_timesteps: 1000, beta_start: 0.0001, beta_end: 0.02, beta_schedule: 'linear', trained_betas: null }
const stableBetas = { ...betas, beta_start: 0.00085, beta_end: 0.012 }
const spacing = { timestep_spacing: 'linspace', steps_offset: 0 }
const spread = { use_karras_sigmas: false, use_exponential_sigmas: false, use_beta_sigmas: false }
const threshold = { thresholding: false, dynamic_thresholding_ratio: 0.995, sample_max_value: 1 }
const clip = { clip_sample: true, clip_sample_range: 1 }
const epsilon = { prediction_type: 'epsilon' }
const zeroSnr = { rescale_betas_zero_snr: false }
const flowSigmas = { use_flow_sigmas: false, flow_shift: 1 }
const dynamicShift = { use_dynamic_shifting: false, time_shift_type: 'exponential' }

const ddpm = { ...betas, ...clip, ...threshold, ...epsilon, ...spacing, ...zeroSnr, timestep_spacing: 'leading', variance_type: 'fixed_small' }
const ddim = { ...betas, ...clip, ...threshold, ...epsilon, ...spacing, ...zeroSnr, timestep_spacing: 'leading', set_alpha_to_one: true }
const sigmaSpace = { ...betas, ...epsilon, ...spacing, ...spread }
const stableSigmaSpace = { ...sigmaSpace, ...stableBetas }
const solver = { ...betas, ...epsilon, ...threshold, ...spacing, ...spread, ...flowSigmas, solver_order: 2, lower_order_final: true }
const dpm = { ...solver, algorithm_type: 'dpmsolver++', solver_type: 'midpoint', final_sigmas_type: 'zero', lambda_min_clipped: -Infinity, variance_type: null }
const distilled = {
  ...ddim, ...stableBetas, beta_schedule: 'scaled_linear', clip_sample: false, original_inference_steps: 50, timestep_scaling: 10,
}
const cogVideo = { ...ddim, ...stableBetas, beta_schedule: 'scaled_linear', snr_shift_scale: 3 }
const edm = { sigma_min: 0.002, sigma_max: 80, sigma_data: 0.5, sigma_schedule: 'karras', num_train_timesteps: 1000, ...epsilon, rho: 7, final_sigmas_type: 'zero' }
const edmSolver = { ...edm, solver_order: 2, solver_type: 'midpoint', lower_order_final: true, euler_at_final: false }
const flow = {
  num_train_timesteps: 1000, shift: 1, ...dynamicShift, base_shift: 0.5, max_shift: 1.15, base_image_seq_len: 256, max_image_seq_len: 4096,
  invert_sigmas: false, shift_terminal: null, ...spread,
}
const without = (defaults: Readonly<Record<string, unknown>>, ...keys: readonly string[]) =>
  Object.fromEntries(Object.entries(defaults).filter(([key]) => !keys.includes(key)))

const table = (defaults: Readonly<Record<string, unknown>>): SchedulerClass => ({ family: 'table', defaults })
const walk = (defaults: Readonly<Record<string, unknown>>): SchedulerClass => ({ family: 'walk', defaults })
const fixed = (defaults: Readonly<Record<string, unknown>>): SchedulerClass => ({ family: 'fixed', defaults })

export const classes: Readonly<Record<string, SchedulerClass>> = {
  DDPM: table(ddpm),
  DDIM: table(ddim),
  PNDM: table({ ...betas, ...epsilon, ...spacing, timestep_spacing: 'leading', skip_prk_steps: false, set_alpha_to_one: false }),
  EulerDiscrete: table({
    ...sigmaSpace, ...zeroSnr, interpolation_type: 'linear', timestep_type: 'discrete', sigma_min: null, sigma_max: null, final_sigmas_type: 'zero',
  }),
  EulerAncestralDiscrete: table({ ...betas, ...epsilon, ...spacing, ...zeroSnr }),
  LMSDiscrete: table(sigmaSpace),
  HeunDiscrete: table({ ...stableSigmaSpace, clip_sample: false, clip_sample_range: 1 }),
  KDPM2Discrete: table(stableSigmaSpace),
  KDPM2AncestralDiscrete: table(stableSigmaSpace),
  DPMSolverSDE: table({ ...stableSigmaSpace, noise_sampler_seed: null }),
  DPMSolverMultistep: table({ ...dpm, ...zeroSnr, ...dynamicShift, euler_at_final: false, use_lu_lambdas: false }),
  DPMSolverSinglestep: table({ ...without(dpm, 'timestep_spacing', 'steps_offset'), ...dynamicShift, lower_order_final: false }),
  DEISMultistep: table({ ...solver, ...dynamicShift, algorithm_type: 'deis', solver_type: 'logrho' }),
  UniPCMultistep: table({
    ...solver, ...zeroSnr, ...dynamicShift, predict_x0: true, solver_type: 'bh2', disable_corrector: [], solver_p: null,
    final_sigmas_type: 'zero', sigma_min: null, sigma_max: null, shift_terminal: null,
  }),
  SASolver: table({
    ...without(solver, 'solver_order'), predictor_order: 2, corrector_order: 2, tau_func: null, algorithm_type: 'data_prediction',
    lambda_min_clipped: -Infinity, variance_type: null,
  }),
  LCM: table(distilled),
  TCD: table(distilled),
  UnCLIP: table({ num_train_timesteps: 1000, variance_type: 'fixed_small_log', ...clip, ...epsilon, beta_schedule: 'squaredcos_cap_v2' }),
  RePaint: table({ ...betas, eta: 0, clip_sample: true }),

  CogVideoXDDIM: walk(without(cogVideo, 'thresholding', 'dynamic_thresholding_ratio')),
  CogVideoXDPM: walk(without(cogVideo, 'thresholding', 'dynamic_thresholding_ratio')),
  DDPMWuerstchen: walk({ scaler: 1, s: 0.008 }),
  IPNDM: walk({ num_train_timesteps: 1000, trained_betas: null }),
  EDMEuler: walk(edm),
  EDMDPMSolverMultistep: walk({ ...edmSolver, ...threshold, algorithm_type: 'dpmsolver++' }),
  CosineDPMSolverMultistep: walk({ ...edmSolver, sigma_min: 0.3, sigma_max: 500, sigma_data: 1, sigma_schedule: 'exponential', prediction_type: 'v_prediction' }),
  FlowMatchEulerDiscrete: walk({ ...flow, stochastic_sampling: false }),
  FlowMatchHeunDiscrete: walk({ num_train_timesteps: 1000, shift: 1 }),
  FlowMatchLCM: walk({ ...flow, scale_factors: null, upscale_mode: 'bicubic' }),
  FlowMapEulerDiscrete: walk({ num_train_timesteps: 1000, shift: 1 }),
  LTXEulerAncestralRF: walk({ num_train_timesteps: 1000, eta: 1, s_noise: 1 }),
  MiniMaxH3: walk({ shift: 12 }),

  DDIMInverse: fixed(without(ddim, 'thresholding', 'dynamic_thresholding_ratio', 'sample_max_value')),
  DPMSolverMultistepInverse: fixed({ ...dpm, euler_at_final: false }),
  CMStochasticIterative: fixed({ num_train_timesteps: 40, sigma_min: 0.002, sigma_max: 80, sigma_data: 0.5, s_noise: 1, rho: 7, clip_denoised: true }),
  ConsistencyDecoder: fixed({ num_train_timesteps: 1024, sigma_data: 0.5 }),
  SCM: fixed({ num_train_timesteps: 1000, prediction_type: 'trigflow', sigma_data: 0.5 }),
  KarrasVe: fixed({ sigma_min: 0.02, sigma_max: 100, s_noise: 1.007, s_churn: 80, s_min: 0.05, s_max: 50 }),
  ScoreSdeVe: fixed({ num_train_timesteps: 2000, snr: 0.15, sigma_min: 0.01, sigma_max: 1348, sampling_eps: 1e-5, correct_steps: 1 }),
  ScoreSdeVp: fixed({ num_train_timesteps: 2000, beta_min: 0.1, beta_max: 20, sampling_eps: 1e-3 }),
}

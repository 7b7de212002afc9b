import type { Sampler } from '../../../plugins/sdk/index.js'
import type { Config } from './config.js'

/** The scheduler class whose schedule a sampler walks on a model trained on a table of timesteps. */
const own: Readonly<Record<string, string>> = {
  ddim: 'DDIM', ddpm: 'DDPM', pndm: 'PNDM', euler: 'EulerDiscrete', 'euler-ancestral': 'EulerAncestralDiscrete', heun: 'HeunDiscrete', lms: 'LMSDiscrete',
  dpm2: 'KDPM2Discrete', 'dpm2-ancestral': 'KDPM2AncestralDiscrete', 'dpm-sde': 'DPMSolverSDE', 'dpm-multistep': 'DPMSolverMultistep',
  'dpm-singlestep': 'DPMSolverSinglestep', deis: 'DEISMultistep', unipc: 'UniPCMultistep', 'sa-solver': 'SASolver', lcm: 'LCM', tcd: 'TCD', repaint: 'RePaint',
}

/** A sampler that no class stands for walks the schedule of the common one of its space. */
export const classFor = (sampler: Sampler): string => own[sampler.name] ?? (sampler.space === 'preserving' ? 'DPMSolverMultistep' : 'EulerDiscrete')

/** What belongs to the model, not to the sampler that its config names: these keys hold whichever sampler runs. */
const ofModel = [
  'num_train_timesteps', 'beta_start', 'beta_end', 'beta_schedule', 'trained_betas', 'rescale_betas_zero_snr', 'prediction_type', 'timestep_spacing', 'steps_offset',
  'set_alpha_to_one', 'clip_sample', 'clip_sample_range', 'thresholding', 'dynamic_thresholding_ratio', 'sample_max_value', 'variance_type',
  'use_karras_sigmas', 'use_exponential_sigmas', 'use_beta_sigmas', 'lambda_min_clipped', 'original_inference_steps', 'timestep_scaling',
]
export const modelConfig = (config: Config): Config => Object.fromEntries(Object.entries(config).filter(([key]) => ofModel.includes(key)))

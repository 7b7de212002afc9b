import type { ModelFacts } from './facts.js'
import type { ModelFolder } from './folder.js'

type Rule = readonly [name: string, holds: (it: { readonly inputs: readonly string[]; readonly beside: number; readonly folder: ModelFolder; readonly facts: ModelFacts; readonly has: (part: string) => boolean }) => boolean]

/** The first that holds. Names are those that users know; what counts is which inputs a network declares. */
const rules: readonly Rule[] = [
  ['upscaler (x4)', ({ folder, beside }) => folder.schedulers.has('low_res_scheduler') && beside > 0],
  ['unCLIP', ({ folder }) => folder.pipeline.includes('UnCLIP')],
  ['consistency model', ({ folder }) => folder.pipeline.startsWith('ConsistencyModel')],
  ['point cloud', ({ facts }) => facts.output === 'points'],
  ['voxels', ({ facts }) => facts.output === 'voxels'],
  ['molecule', ({ facts }) => facts.output === 'molecule'],
  ['sound, from a spectrogram', ({ facts, has }) => facts.output === 'sound' && has('vocoder')],
  ['sound, of samples', ({ facts }) => facts.output === 'sound'],
  ['video', ({ facts }) => facts.output === 'video'],
  ['Flux', ({ inputs }) => inputs.includes('img_ids')],
  ['Stable Diffusion 3', ({ inputs }) => inputs.includes('pooled_projections')],
  ['Stable Diffusion XL refiner', ({ inputs, folder, has }) => inputs.includes('text_embeds') && (!has('text_encoder') || folder.index.requires_aesthetics_score === true)],
  ['Stable Diffusion XL', ({ inputs }) => inputs.includes('text_embeds')],
  ['PixArt', ({ folder }) => folder.pipeline.startsWith('PixArt')],
  ['diffusion transformer (DiT)', ({ facts }) => facts.denoiser.name === 'transformer'],
  ['latent consistency model (LCM)', ({ inputs }) => inputs.includes('timestep_cond')],
  ['Stable Diffusion, inpainting', ({ beside, facts, has }) => has('vae_decoder') && beside === facts.channels + 1],
  ['InstructPix2Pix', ({ beside, facts, has }) => has('vae_decoder') && beside === facts.channels],
  ['Stable Diffusion 2 (v-prediction)', ({ facts, folder, has }) => has('vae_decoder') && facts.takesText && folder.scheduler.config.prediction_type === 'v_prediction'],
  ['Stable Diffusion', ({ facts, has }) => has('vae_decoder') && facts.takesText],
  ['latent diffusion', ({ has }) => has('vae_decoder')],
  ['pixel model with text', ({ facts }) => facts.takesText],
  ['class-conditional pixel model', ({ facts }) => facts.classes !== null],
]

/** What kind of model a folder holds, in words. */
export function familyName(folder: ModelFolder, facts: ModelFacts): string {
  const { inputs } = facts.denoiser.header
  const declared = inputs.find(i => i.shape.length >= 4)?.shape[1]
  const it = { folder, facts, inputs: inputs.map(i => i.name), beside: typeof declared === 'number' ? declared - facts.channels : 0, has: (part: string) => folder.parts.has(part) }
  const name = rules.find(([, holds]) => holds(it))?.[0] ?? 'pixel model'
  return [...folder.parts.keys()].some(p => p.startsWith('controlnet')) ? `${name}, with a ControlNet` : name
}

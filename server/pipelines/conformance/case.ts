import { published } from '../../models/published.js'

/** What a case.json of reference/pipeline holds, pipelines and plain loops alike. */
export interface PipelineCase {
  readonly name: string
  /** The diffusers class, or what kind of plain loop made it. */
  readonly pipeline: string
  readonly scheduler_class: string
  readonly scheduler_config: Readonly<Record<string, unknown>>
  readonly seed: number | string | readonly (number | string)[]
  readonly call?: Readonly<Record<string, unknown>>
  /** One file for an argument, or one for each of its pictures. */
  readonly input_files?: Readonly<Record<string, string | readonly string[]>>
  /** Whether the model is told how beautiful a picture is; filled in when the case is played. */
  readonly scored?: boolean
  /** How many ControlNets the model has; filled in when the case is played. */
  readonly controls?: number
  readonly timesteps?: readonly number[]
  readonly noise_draws?: readonly { readonly file: string; readonly shape: readonly number[] }[]
  readonly final_latents?: { readonly shape: readonly number[]; readonly file: string }
  readonly final_sample?: { readonly shape: readonly number[]; readonly file: string }
  readonly authoritative_for_this_onnx_file?: string
  readonly image?: { readonly files?: readonly string[] }
  /** Finished waveforms, [channels, samples] or [samples] each. */
  readonly audio?: { readonly files?: readonly string[] }
  readonly noise_floor_torch_vs_onnxruntime?: { readonly latents_max_abs?: number; readonly sample_max_abs?: number; readonly image_max_u8?: number }
  readonly tolerance?: { readonly latents?: number; readonly image?: number; readonly audio?: number }
  /** Of plain loops. */
  readonly batch?: number
  readonly num_inference_steps?: number
  readonly eta?: number | null
  readonly class_labels?: readonly number[] | null
  readonly null_class?: number | null
  readonly guidance_scale?: number
}

/** Arguments of the call with diffusers' names; those of plain loops lie beside it. */
export type Arguments = Readonly<Record<string, unknown>>

/** The arguments that decide how a case runs; the rest is read where it is used. */
export function readArguments(c: PipelineCase) {
  const given: Arguments = c.call ?? { ...c }
  const number = (key: string): number | undefined => (typeof given[key] === 'number' ? given[key] : undefined)
  const list = (key: string): readonly (string | null)[] => {
    const value = given[key]
    return Array.isArray(value) ? value as string[] : [typeof value === 'string' ? value : null]
  }
  const [steps, guidanceScale, strength] = published[c.pipeline] ?? [50, c.call ? 7.5 : 1]
  const labels = Array.isArray(given.class_labels) ? given.class_labels.map(Number) : typeof given.class_labels === 'number' ? [given.class_labels] : undefined
  const prompts = list('prompt')
  const count = given.prompt == null ? labels?.length ?? c.batch ?? number('batch_size') ?? (c.final_latents ?? c.final_sample)?.shape[0] ?? 1 : prompts.length
  // The published video pipeline makes one for each prompt, whatever it is asked for.
  const perPrompt = c.pipeline.startsWith('AnimateDiff') ? 1 : number('num_images_per_prompt') ?? number('num_waveforms_per_prompt') ?? 1
  return {
    given, number, list, labels, pictures: given.prompt == null ? count : count * perPrompt, promptOf: (picture: number) => Math.floor(picture / perPrompt),
    strength: number('strength') ?? strength,
    /** Levels that the call hands to the scheduler in place of a number of steps. */
    handed: Object.fromEntries(['sigmas', 'timesteps'].filter(key => c.call && Array.isArray(given[key])).map(key => [key, given[key]])) as Readonly<Record<string, readonly number[]>>,
    steps: number('num_inference_steps') ?? number('decoder_num_inference_steps') ?? steps, guidanceScale: number('guidance_scale') ?? number('decoder_guidance_scale') ?? guidanceScale,
    /** [height, width] arguments. */
    pair: (key: string): readonly [number, number] | undefined => (Array.isArray(given[key]) && given[key].length === 2 ? [Number(given[key][0]), Number(given[key][1])] : undefined),
  }
}
export type Call = ReturnType<typeof readArguments>

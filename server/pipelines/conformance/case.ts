/** What a case.json of reference/pipeline holds, pipelines and plain loops alike. */
export interface PipelineCase {
  readonly name: string
  /** The diffusers class, or what kind of plain loop made it. */
  readonly pipeline: string
  readonly scheduler_class: string
  readonly scheduler_config: Readonly<Record<string, unknown>>
  readonly seed: number | string | readonly (number | string)[]
  readonly call?: Readonly<Record<string, unknown>>
  readonly input_files?: Readonly<Record<string, string>>
  readonly timesteps?: readonly number[]
  readonly noise_draws?: readonly { readonly file: string; readonly shape: readonly number[] }[]
  readonly final_latents?: { readonly shape: readonly number[]; readonly file: string }
  readonly final_sample?: { readonly shape: readonly number[]; readonly file: string }
  readonly authoritative_for_this_onnx_file?: string
  readonly image?: { readonly files?: readonly string[] }
  readonly noise_floor_torch_vs_onnxruntime?: { readonly latents_max_abs?: number; readonly sample_max_abs?: number; readonly image_max_u8?: number }
  readonly tolerance?: { readonly latents?: number; readonly image?: number }
  /** Of plain loops. */
  readonly batch?: number
  readonly num_inference_steps?: number
  readonly eta?: number | null
  readonly class_labels?: readonly number[] | null
  readonly null_class?: number | null
  readonly guidance_scale?: number
}

/** Arguments of the call with diffusers' names; those of plain loops lie beside it. */
export interface Arguments {
  readonly prompts: readonly (string | null)[]
  readonly negatives: readonly (string | null)[]
  readonly perPrompt: number
  readonly steps: number
  readonly guidanceScale: number
  readonly guidanceRescale: number
  readonly eta: number
  readonly strength: number | undefined
  readonly width: number | undefined
  readonly height: number | undefined
  readonly clipSkip: number
  readonly labels: readonly number[] | undefined
  readonly nullLabel: number | null
}

export function argumentsOf(c: PipelineCase): Arguments {
  const call: Readonly<Record<string, unknown>> = c.call ?? { ...c, prompt: null }
  const list = (value: unknown): readonly (string | null)[] => (Array.isArray(value) ? value as string[] : [typeof value === 'string' ? value : null])
  const number = (key: string) => (typeof call[key] === 'number' ? call[key] : undefined)
  const labels = Array.isArray(call.class_labels) ? call.class_labels.map(Number) : typeof call.class_labels === 'number' ? [call.class_labels] : undefined
  return {
    prompts: call.prompt == null ? Array<null>(labels?.length ?? c.batch ?? number('batch_size') ?? 1).fill(null) : list(call.prompt), negatives: list(call.negative_prompt), perPrompt: number('num_images_per_prompt') ?? 1,
    steps: number('num_inference_steps') ?? 50, guidanceScale: number('guidance_scale') ?? 7.5, guidanceRescale: number('guidance_rescale') ?? 0,
    eta: number('eta') ?? 0, strength: number('strength'), width: number('width'), height: number('height'), clipSkip: number('clip_skip') ?? 0,
    labels, nullLabel: c.null_class ?? null,
  }
}

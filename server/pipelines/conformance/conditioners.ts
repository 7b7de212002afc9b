import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Conditioner, Tensor } from '../../../plugins/sdk/index.js'
import { part } from '../../models/network.js'
import type { Applied } from '../condition.js'
import type { Call, PipelineCase } from './case.js'
import { evaluate } from './formula.js'
import { readNpy } from './npy.js'

/** Options of our conditioners; those that are undefined are left out. */
type Options = Readonly<Record<string, unknown>>
const given = (options: Options): Options => Object.fromEntries(Object.entries(options).filter(([, v]) => v !== undefined))

/** The conditioners that stand for the arguments of a diffusers call, for one picture, in the order in which published pipelines draw noise. */
export function conditionersOf(c: PipelineCase, call: Call, picture: number): readonly (readonly [name: string, options: Options])[] {
  const { number, list, labels, strength } = call
  const at = call.promptOf(picture)
  const of = (key: string) => { const all = list(key); return (all.length > 1 ? all[at] : all[0]) ?? null }
  const image = c.input_files?.image !== undefined
  return [
    ...(of('prompt') === null ? [] : [['text', given({
      prompt: of('prompt'), negativePrompt: of('negative_prompt'), prompt2: of('prompt_2'), negativePrompt2: of('negative_prompt_2'), prompt3: of('prompt_3'), negativePrompt3: of('negative_prompt_3'), trueGuidance: number('true_cfg_scale'),
      guidanceRescale: number('guidance_rescale'), clipSkip: number('clip_skip'), maxTokens: number('max_sequence_length'),
    })] as const]),
    ...(labels ? [['class-label', { label: labels[at], nullLabel: c.null_class ?? (c.pipeline === 'DiTPipeline' ? 1000 : null) }] as const] : []),
    ...sizes(c, call),
    ...(!image ? [] : c.pipeline.includes('Upscale') ? [['upscale', given({ picture: 'image', noiseLevel: number('noise_level') })] as const]
      : c.pipeline.includes('ControlNet') ? [['control', given({ picture: 'image', strength: number('controlnet_conditioning_scale'), from: number('control_guidance_start'), to: number('control_guidance_end'), guess: call.given.guess_mode })] as const]
      : c.pipeline.includes('InstructPix2Pix') ? [['edit', given({ picture: 'image', pictureGuidance: number('image_guidance_scale') })] as const]
      : c.input_files?.mask_image !== undefined ? [['inpaint', given({ picture: 'image', mask: 'mask_image', strength })] as const]
      : [['image-to-image', given({ picture: 'image', strength })] as const]),
  ]
}

/** SDXL's sizes. The base pipeline takes the negative ones only where both are given. */
function sizes(c: PipelineCase, { pair, number }: Call): readonly (readonly [string, Options])[] {
  const [original, target, crop] = [pair('original_size'), pair('target_size'), pair('crops_coords_top_left')]
  const away = c.pipeline === 'StableDiffusionXLPipeline' && !pair('negative_target_size') ? undefined : pair('negative_original_size')
  const [score, negativeScore] = [number('aesthetic_score'), number('negative_aesthetic_score')]
  if (!original && !target && !crop && !away && score === undefined && negativeScore === undefined) return []
  return [['size-hint', given({
    originalHeight: original?.[0], originalWidth: original?.[1], targetHeight: target?.[0], targetWidth: target?.[1], cropTop: crop?.[0], cropLeft: crop?.[1],
    negativeOriginalHeight: away?.[0], negativeOriginalWidth: away?.[1], aestheticScore: score, negativeAestheticScore: negativeScore,
  })]]
}

const embeddings = { prompt_embeds: ['when', 'encoder_hidden_states'], negative_prompt_embeds: ['unless', 'encoder_hidden_states'] } as const

/** Embeddings given in place of a prompt, as files or as formulas. */
export function embeddingsOf(root: string, c: PipelineCase, call: Call, picture: number, guided: boolean, pooledInput: string): readonly Applied[] {
  const parts = { when: {} as Record<string, Tensor>, unless: {} as Record<string, Tensor> }
  const all = { ...embeddings, pooled_prompt_embeds: ['when', pooledInput], negative_pooled_prompt_embeds: ['unless', pooledInput] } as const
  for (const [key, [side, input]] of Object.entries(all)) {
    const whole = tensorOf(root, c, call.given[key], key)
    if (whole) parts[side][input] = part(whole, Math.min(whole.shape[0]! - 1, call.promptOf(picture)))
  }
  if (!Object.keys(parts.when).length) return []
  const conditioner: Conditioner = { name: 'embeddings', summary: 'Embeddings that a case gives.', options: {}, condition: () => Promise.resolve({ when: parts.when, ...(guided && { unless: parts.unless }) }) }
  return [{ conditioner, options: {}, services: {} }]
}

function tensorOf(root: string, { input_files = {} }: PipelineCase, value: unknown, key: string): Tensor | undefined {
  const named = input_files[key] ?? (typeof value === 'object' && value !== null && 'file' in value ? String(value.file) : undefined)
  if (named && existsSync(join(root, named))) return readNpy(join(root, named))
  if (typeof value !== 'object' || value === null || !('formula' in value) || !('shape' in value)) return undefined
  return evaluate(String(value.formula), value.shape as number[], () => { throw new RangeError(`${key} is not made of tokens.`) })
}

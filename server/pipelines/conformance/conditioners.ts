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

/** A picture of a case: what the sources know it by, or a sample that needs no decoding. */
export type Pictures = (key: string, index?: number) => string | Tensor | undefined

/** The conditioners that stand for the arguments of a diffusers call, for one picture, in the order in which published pipelines draw noise. */
export function conditionersOf(c: PipelineCase, call: Call, picture: number, pictures: Pictures): readonly (readonly [name: string, options: Options])[] {
  const { number, list, labels } = call
  const at = call.promptOf(picture)
  const of = (key: string) => { const all = list(key); return (all.length > 1 ? all[at] : all[0]) ?? null }
  const end = number('denoising_end')
  return [
    ...(c.pipeline.startsWith('UnCLIP') ? [['unclip', given({ prompt: of('prompt'), priorSteps: number('prior_num_inference_steps'), priorGuidance: number('prior_guidance_scale'), enlargingSteps: number('super_res_num_inference_steps') })] as const]
      : of('prompt') === null ? [] : [['text', given({
      prompt: of('prompt'), negativePrompt: of('negative_prompt'), prompt2: of('prompt_2'), negativePrompt2: of('negative_prompt_2'), prompt3: of('prompt_3'), negativePrompt3: of('negative_prompt_3'), trueGuidance: number('true_cfg_scale'),
      guidanceRescale: number('guidance_rescale'), clipSkip: number('clip_skip'), maxTokens: number('max_sequence_length'),
    })] as const]),
    ...(labels ? [['class-label', { label: labels[at], nullLabel: c.null_class ?? (c.pipeline === 'DiTPipeline' ? 1000 : null) }] as const] : []),
    ...sizes(c, call),
    ...begins(c, call, at, pictures),
    ...(c.pipeline.includes('ControlNet') ? controls(c, call, at, pictures) : []),
    ...(end !== undefined && end > 0 && end < 1 ? [['early-end', { at: end }] as const] : []),
  ]
}

/** What the run begins from, or what is joined to its sample. */
function begins({ pipeline }: PipelineCase, { number, strength, given: call }: Call, at: number, pictures: Pictures): readonly (readonly [string, Options])[] {
  const clip = pictures('video', at)
  if (clip !== undefined) return [['video-to-video', given({ clip, strength })]]
  // A ControlNet that has no other picture reads `image`.
  const picture = pipeline.includes('ControlNet') && call.control_image === undefined ? undefined : pictures('image', at)
  if (picture === undefined) return []
  const [mask, after] = [pictures('mask_image', at), number('denoising_start')]
  if (pipeline.includes('Upscale') || pipeline.includes('SuperResolution')) return [['upscale', given({ picture, noiseLevel: number('noise_level') })]]
  if (pipeline.includes('InstructPix2Pix')) return [['edit', given({ picture, pictureGuidance: number('image_guidance_scale') })]]
  if (mask !== undefined) return [['inpaint', given({ picture, mask, strength })]]
  return [['image-to-image', given({ picture, strength, after: after !== undefined && after > 0 && after < 1 ? after : undefined })]]
}

/** One for each ControlNet; arguments that are no lists are those of all. */
function controls({ pipeline, controls = 1 }: PipelineCase, { given: call }: Call, at: number, pictures: Pictures): readonly (readonly [string, Options])[] {
  const key = call.control_image === undefined ? 'image' : 'control_image'
  // As many pictures as prompts are those of the prompts.
  const perNet = controls > 1 && Array.isArray(call[key]) && !(Array.isArray(call.prompt) && call.prompt.length === call[key].length)
  const several = [call.controlnet_conditioning_scale, call.control_guidance_start, call.control_guidance_end, ...(perNet ? [call[key]] : [])].find(Array.isArray)
  const nth = (value: unknown, i: number): unknown => (Array.isArray(value) ? value[i] : value)
  // Published defaults.
  const scale = call.controlnet_conditioning_scale ?? (pipeline.endsWith('ControlNetInpaintPipeline') ? 0.5 : pipeline.endsWith('ControlNetImg2ImgPipeline') ? 0.8 : undefined)
  return Array.from({ length: several?.length ?? 1 }, (_, i) => ['control', given({
    picture: pictures(key, several ? i : at), network: i, strength: nth(scale, i), from: nth(call.control_guidance_start, i), to: nth(call.control_guidance_end, i), guess: call.guess_mode,
  })])
}

/**
 * SDXL's sizes. Pipelines that begin from noise take the negative ones only where both the original and the target are given; those that begin
 * from a picture keep the crop corner, unless they are told a score.
 */
function sizes(c: PipelineCase, { pair, number }: Call): readonly (readonly [string, Options])[] {
  const plain = !/Img2Img|Inpaint/.test(c.pipeline)
  const [original, target, crop] = [pair('original_size'), pair('target_size'), pair('crops_coords_top_left')]
  const both = pair('negative_original_size') && pair('negative_target_size')
  const [away, awayTarget] = plain && !both ? [] : [pair('negative_original_size'), pair('negative_target_size')]
  const scores = given({ aestheticScore: number('aesthetic_score'), negativeAestheticScore: number('negative_aesthetic_score') })
  const awayCrop = (plain && both) || (!plain && c.scored) ? pair('negative_crops_coords_top_left') ?? [0, 0] : undefined
  if (!original && !target && !crop && !away && !awayTarget && !Object.keys(scores).length) return []
  return [['size-hint', given({
    originalHeight: original?.[0], originalWidth: original?.[1], targetHeight: target?.[0], targetWidth: target?.[1], cropTop: crop?.[0], cropLeft: crop?.[1],
    negativeOriginalHeight: away?.[0], negativeOriginalWidth: away?.[1], negativeTargetHeight: awayTarget?.[0], negativeTargetWidth: awayTarget?.[1],
    negativeCropTop: awayCrop?.[0], negativeCropLeft: awayCrop?.[1], ...scores,
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
  const named = [input_files[key]].flat()[0] ?? (typeof value === 'object' && value !== null && 'file' in value ? String(value.file) : undefined)
  if (named && existsSync(join(root, named))) return readNpy(join(root, named))
  if (typeof value !== 'object' || value === null || !('formula' in value) || !('shape' in value)) return undefined
  return evaluate(String(value.formula), value.shape as number[], () => { throw new RangeError(`${key} is not made of tokens.`) })
}

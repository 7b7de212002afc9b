import type { ModelFolder, Part } from './folder.js'

/** What a folder's configs and headers say about a model, before any weights are loaded. */
export interface ModelFacts {
  /** The part that denoises. */
  readonly denoiser: Part
  /** Pixels along each side for one value of the sample: 1 in pixel models. */
  readonly factor: number
  /** Channels of the sample that is denoised; the network itself may take more. */
  readonly channels: number
  /** Width and height must be a multiple of this. */
  readonly sizeMultiple: number
  readonly width: number
  readonly height: number
  /** Classes, "no class" included; null where the network takes none. */
  readonly classes: number | null
  /** Frames of a video, samples of a sound, where the sample has such an axis. */
  readonly frames: number
  readonly length: number
  readonly takesText: boolean
  readonly takesImages: boolean
}

export function factsOf({ parts, tokenizers, schedulers }: ModelFolder): ModelFacts {
  const denoiser = (parts.get('unet') ?? parts.get('transformer') ?? parts.get('prior'))!
  const { config, header } = denoiser
  const decoder = parts.get('vae_decoder')
  const inputs = header.inputs.map(i => i.name)
  const factor = decoder ? 2 ** (lengthOf(decoder.config.block_out_channels, 4) - 1) : 1
  const declared = header.inputs.find(i => i.shape.length >= 3)?.shape[1]
  // Squares of 2x2 latents are one token each.
  const packed = inputs.includes('img_ids')
  const channels = decoder ? number(decoder.config.latent_channels) ?? 4 : number(config.in_channels) ?? (typeof declared === 'number' ? declared : 3)
  const halvings = packed ? 2 : denoiser.name === 'transformer' ? number(config.patch_size) ?? 2 : 2 ** (lengthOf(config.block_out_channels, 1) - 1)
  const sample = config.sample_size ?? (packed ? 128 : undefined)
  const sound = header.inputs.some(i => i.name === 'sample' && i.shape.length === 3)
  const [height, width] = sound ? [1, 1] : Array.isArray(sample) ? [Number(sample[0]), Number(sample[1])] : [number(sample) ?? 64, number(sample) ?? 64]
  // DiT adds a row for "no class" to the number that its config names.
  const classes = number(config.num_class_embeds) ?? (typeof config.num_embeds_ada_norm === 'number' ? config.num_embeds_ada_norm + 1 : null)
  return {
    denoiser, factor, channels, sizeMultiple: sound ? 1 : factor * halvings, width: width * factor, height: height * factor,
    frames: 16, length: lengthOfSound(config, sample),
    // Upscalers are told their noise level as a class.
    classes: inputs.includes('class_labels') && !schedulers.has('low_res_scheduler') ? classes ?? 1000 : null,
    takesText: inputs.includes('encoder_hidden_states') && tokenizers.size > 0,
    takesImages: !decoder || parts.has('vae_encoder'),
  }
}

/** A whole number of what the network's blocks halve. */
function lengthOfSound(config: Readonly<Record<string, unknown>>, sample: unknown): number {
  const unit = 2 ** lengthOf(config.up_block_types, 0)
  return Math.ceil((number(sample) ?? 65536) / unit) * unit
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
const lengthOf = (value: unknown, otherwise: number): number => (Array.isArray(value) ? value.length : otherwise)

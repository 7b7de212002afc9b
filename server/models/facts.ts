import type { Extent, OutputKind } from '../core/extent.js'
import type { ModelFolder, Part } from './folder.js'
import { extentOfModel, outputOf, windowOf, type Window } from './output.js'
import { spectrogramFacts, waveformFacts, type SoundFacts } from './sound.js'

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
  readonly output: OutputKind
  /** What a request may say of the length of a video, a sound or a cloud. */
  readonly extent?: Extent
  readonly sound?: SoundFacts
  /** Frames of a video that one call of the network takes. */
  readonly window: Window
  /** Whether it enlarges a picture. */
  readonly upscales: boolean
  readonly takesText: boolean
  readonly takesImages: boolean
}

export function factsOf(folder: ModelFolder): ModelFacts {
  const { parts, tokenizers, schedulers } = folder
  const denoiser = (parts.get('unet') ?? parts.get('transformer') ?? parts.get('decoder') ?? parts.get('prior'))!
  const { config, header } = denoiser
  const decoder = parts.get('vae_decoder')
  const inputs = header.inputs.map(i => i.name)
  // Pictures of an unCLIP decoder are enlarged before anybody sees them.
  const staged = denoiser.name === 'decoder' && parts.has('prior')
  const factor = decoder ? 2 ** (lengthOf(decoder.config.block_out_channels, 4) - 1) : staged ? Math.max(1, (number(parts.get('super_res_first')?.config.sample_size) ?? 0) / (number(config.sample_size) ?? 64)) : 1
  const declared = header.inputs.find(i => i.shape.length >= 3)?.shape[1]
  // Squares of 2x2 latents are one token each.
  const packed = inputs.includes('img_ids')
  const upscales = schedulers.has('low_res_scheduler') || schedulers.has('image_noising_scheduler')
  const taken = number(config.in_channels) ?? (typeof declared === 'number' ? declared : 3)
  // An upscaler on pixels takes the small picture beside its own.
  const channels = decoder ? number(decoder.config.latent_channels) ?? 4 : upscales ? taken / 2 : taken
  const halvings = packed ? 2 : denoiser.name === 'transformer' ? number(config.patch_size) ?? 2 : 2 ** (lengthOf(config.block_out_channels, 1) - 1)
  const sample = config.sample_size ?? (packed ? 128 : undefined)
  const output = outputOf(folder, denoiser)
  const vocoder = parts.get('vocoder')
  const sound = output !== 'sound' ? undefined : vocoder ? spectrogramFacts(denoiser, vocoder, factor, halvings) : waveformFacts(denoiser)
  const window = windowOf(denoiser)
  const extent = extentOfModel(output, denoiser, sound, window)
  // A sound, a cloud and a molecule have neither width nor height.
  const flat = output === 'sound' || output === 'points' || output === 'molecule'
  const [height, width] = flat ? [1 / factor, 1 / factor] : Array.isArray(sample) ? [Number(sample[0]), Number(sample[1])] : [number(sample) ?? 64, number(sample) ?? 64]
  // DiT adds a row for "no class" to the number that its config names.
  const classes = number(config.num_class_embeds) ?? (typeof config.num_embeds_ada_norm === 'number' ? config.num_embeds_ada_norm + 1 : null)
  const classIndex = header.inputs.some(i => i.name === 'class_labels' && i.shape.length < 2)
  return {
    denoiser, factor, channels, sizeMultiple: flat ? 1 : factor * halvings, width: width * factor, height: height * factor,
    output, ...(extent && { extent }), ...(sound && { sound }), window,
    // Upscalers are told their noise level as a class; models of sounds may read their text there.
    classes: classIndex && !upscales ? classes ?? 1000 : null,
    upscales,
    takesText: tokenizers.size > 0 && !staged && (inputs.includes('encoder_hidden_states') || (inputs.includes('class_labels') && !classIndex)),
    takesImages: !staged && (output === 'picture' || output === 'video') && (!decoder || parts.has('vae_encoder')),
  }
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
const lengthOf = (value: unknown, otherwise: number): number => (Array.isArray(value) ? value.length : otherwise)

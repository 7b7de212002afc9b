import type { ModelFacts } from './facts.js'
import type { Part } from './folder.js'

/** Sides of the largest picture, or tile of one, that goes through an autoencoder whole. */
const largest = 1024
const tokens = 77

/**
 * Shapes of a network's inputs as a run of the model's usual size feeds them: a denoiser and its ControlNets two samples at once, for guidance; other networks one. Undefined where an axis has a size that only other networks tell.
 */
export function usualShapes({ name, header }: Part, facts: ModelFacts): Readonly<Record<string, readonly number[]>> | undefined {
  const pair = name === facts.denoiser.name || name.startsWith('controlnet') ? 2 : 1
  const picture = [Math.min(largest, facts.height), Math.min(largest, facts.width)]
  const latents = [facts.height / facts.factor, facts.width / facts.factor]
  const plane = name === 'vae_decoder' ? picture.map(n => n / facts.factor) : name === 'vae_encoder' ? picture : latents
  const frames = Math.min(16, facts.window.frames)
  const packed = header.inputs.some(i => i.name === 'img_ids')
  const repeated = header.inputs.some(i => i.shape.length === 5) && facts.denoiser.className !== 'UNet3DConditionModel'
  const out: Record<string, readonly number[]> = {}
  for (const { name: input, shape } of header.inputs) {
    const sides = input === 'controlnet_cond' ? [facts.height, facts.width] : plane
    const sized = shape.map((axis, i) => {
      if (typeof axis === 'number') return axis
      // Latents as a row of squares of four, and where each lies (Flux).
      if ((input === 'img_ids' && i === shape.length - 2) || (packed && input === 'hidden_states' && i === 1)) return (latents[0]! * latents[1]!) / 4
      if (input === 'txt_ids' && i === shape.length - 2) return tokens
      // The text is repeated for each frame of a video.
      if (i === 0) return input === 'encoder_hidden_states' && repeated ? pair * frames : pair
      if (shape.length >= 4 && i >= shape.length - 2) return sides[i - shape.length + 2]!
      if (shape.length === 5 && i === 2) return frames
      if (/ids|mask|states/.test(input) && i === 1) return tokens
      return undefined
    })
    // A cloud, a sound.
    if (sized.includes(undefined) || sized.some(n => !Number.isInteger(n))) return undefined
    out[input] = sized as number[]
  }
  return out
}

import { map, resize, type Options, type Tensor } from '../../plugins/sdk/index.js'
import type { Model } from '../models/model.js'
import { resizeLanczos } from './lanczos.js'

/** Options of a sampler that are masks, by name: white is 1. Its other pictures are samples, as x is. */
const masks = new Set(['keep', 'mask'])

/** Pictures of a sampler's options, [1, 3, height, width] from -1 to 1, as it works on them: encoded, of the shape of x. */
export async function samplerPictures(model: Model, spec: Options, options: Readonly<Record<string, unknown>>, shape: readonly number[], size: { readonly width: number; readonly height: number }): Promise<Readonly<Record<string, unknown>>> {
  const out = { ...options }
  for (const [key, { kind }] of Object.entries(spec)) if (kind === 'image' && out[key] != null) {
    const picture = out[key] as Tensor
    out[key] = masks.has(key) ? spread(resize(picture, shape.at(-2)!, shape.at(-1)!, 'nearest'), shape) : await sampleOf(model, picture, size)
  }
  return out
}

async function sampleOf({ autoencoder }: Model, picture: Tensor, { width, height }: { readonly width: number; readonly height: number }): Promise<Tensor> {
  const fitted = picture.shape[2] === height && picture.shape[3] === width ? picture : resizeLanczos(picture, width, height)
  // The mean of the posterior: a sampler's picture takes nothing from the stream of noise.
  return autoencoder ? autoencoder.encode(fitted, of => ({ shape: of, data: new Float32Array(of.reduce((a, b) => a * b, 1)) })) : fitted
}

/** Zeros and ones of the first channel in every channel of x. */
function spread(mask: Tensor, shape: readonly number[]): Tensor {
  const pixels = shape.at(-2)! * shape.at(-1)!
  const size = shape.reduce((a, b) => a * b, 1)
  return map(v => (v >= 0 ? 1 : 0), { shape, data: Float32Array.from({ length: size }, (_, i) => mask.data[i % pixels]!) })
}

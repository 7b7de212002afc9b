import type { Tensor } from '../../plugins/sdk/index.js'
import { encodeAnimation } from '../artifacts/animation.js'
import { encodePng, type Raster } from '../artifacts/pictures.js'
import { encodeWav } from '../artifacts/wav.js'
import { NoisegraphError } from '../core/errors.js'
import type { Model } from '../models/model.js'
import type { Output } from './pipeline.js'
import { framesOf, toRaster } from './raster.js'
import { withRecipe } from './recipe-text.js'

type File = Omit<Output, 'index' | 'seed'>

/** A finished sample as a file that carries its recipe: a PNG, an animated WebP where it has frames, a WAV where it is a sound. */
export async function finish(model: Model, sample: Tensor, recipe: string): Promise<File> {
  if (sample.shape.length === 3) return { bytes: encodeWav(channelsOf(sample), rateOf(model), recipe), mimeType: 'audio/wav' }
  const frames: Raster[] = []
  for (const frame of framesOf(sample)) frames.push(toRaster(checked(model.autoencoder ? await model.autoencoder.decode(frame) : frame)))
  const { width, height } = frames[0]!
  if (frames.length === 1) return { bytes: withRecipe(await encodePng(frames[0]!), recipe), mimeType: 'image/png', width, height }
  return { bytes: await encodeAnimation(frames, 8, recipe), mimeType: 'image/webp', width, height }
}

function checked(pixels: Tensor): Tensor {
  if (pixels.data.every(Number.isFinite)) return pixels
  throw new NoisegraphError('NON_FINITE', 'The decoded picture holds NaN or infinity: the autoencoder overflowed. One in single precision will not.')
}

function channelsOf({ shape, data }: Tensor): readonly Float32Array[] {
  const [, channels, length] = shape as [number, number, number]
  return Array.from({ length: channels }, (_, c) => data.subarray(c * length, (c + 1) * length))
}

/** Samples a second, as the network's config says. */
const rateOf = ({ facts: { denoiser: { config } } }: Model): number => (typeof config.sample_rate === 'number' ? config.sample_rate : 44_100)

import type { Tensor } from '../../plugins/sdk/index.js'
import { encodeFile, type Result } from '../artifacts/formats/index.js'
import type { Raster } from '../artifacts/pictures.js'
import { NoisegraphError } from '../core/errors.js'
import { formatsOf } from '../core/formats.js'
import type { Order } from '../core/order.js'
import type { Model } from '../models/model.js'
import type { Output } from './pipeline.js'
import { framesOf, toRaster } from './raster.js'
import { solidOf } from './solid.js'
import { soundOf } from './sound.js'

type File = Omit<Output, 'index' | 'seed'>

/** A finished sample as a file of the format asked for (its kind's own where none is), which carries its recipe. */
export async function finish(model: Model, sample: Tensor, recipe: string, { format, quality, seconds }: Pick<Order, 'format' | 'quality' | 'seconds'> = {}): Promise<File> {
  const result = await resultOf(model, sample, seconds)
  const file = await encodeFile(result, { format: format ?? formatsOf(result.kind)[0]!, ...(quality !== undefined && { quality }) }, recipe)
  const first = result.kind === 'picture' ? result.picture : result.kind === 'video' ? result.frames[0] : undefined
  return { ...file, ...(first && { width: first.width, height: first.height }) }
}

async function resultOf(model: Model, sample: Tensor, seconds: number | undefined): Promise<Result> {
  const { sound, output } = model.facts
  if (sound) return { kind: 'sound', ...await soundOf(model, sample, seconds ?? sound.seconds) }
  if (output === 'points' || output === 'voxels' || output === 'molecule') return solidOf(model, sample)
  const frames: Raster[] = []
  for (const frame of framesOf(sample)) frames.push(toRaster(checked(model.autoencoder ? await model.autoencoder.decode(frame) : frame)))
  return output === 'video' ? { kind: 'video', frames, framesPerSecond: 8 } : { kind: 'picture', picture: frames[0]! }
}

function checked(pixels: Tensor): Tensor {
  if (pixels.data.every(Number.isFinite)) return pixels
  throw new NoisegraphError('NON_FINITE', 'The decoded picture holds NaN or infinity: the autoencoder overflowed. One in single precision will not.')
}

import type { Tensor } from '../../plugins/sdk/index.js'
import { encodeFile, type Result } from '../artifacts/formats/index.js'
import type { Raster } from '../artifacts/pictures.js'
import { NoisegraphError } from '../core/errors.js'
import { formatsOf } from '../core/formats.js'
import type { Order } from '../core/order.js'
import type { Model } from '../models/model.js'
import type { Output } from './pipeline.js'
import { framesOf, toRaster, writeRows } from './raster.js'
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
  for (const frame of framesOf(sample)) frames.push(await rasterOf(model, frame))
  return output === 'video' || sample.shape.length === 5 ? { kind: 'video', frames, framesPerSecond: 8 } : { kind: 'picture', picture: frames[0]! }
}

/** A large picture is decoded in bands of rows, each of which becomes bytes at once. */
async function rasterOf({ autoencoder }: Model, sample: Tensor): Promise<Raster> {
  if (!autoencoder) return toRaster(checked(sample))
  const [height, width] = [sample.shape[2]! * autoencoder.factor, sample.shape[3]! * autoencoder.factor]
  let raster: Raster | undefined
  for await (const { top, rows } of autoencoder.decodeRows(sample)) {
    // Some networks answer another size than the factor of their autoencoder tells.
    if (top === 0 && (rows.shape[2]! >= height || rows.shape[3] !== width)) return toRaster(checked(rows))
    const channels = rows.shape[1]! >= 3 ? 3 : 1
    raster ??= { width, height, channels, data: new Uint8Array(channels * width * height) }
    writeRows(raster.data.subarray(top * width * channels), checked(rows), channels)
  }
  return raster!
}

function checked(pixels: Tensor): Tensor {
  if (pixels.data.every(Number.isFinite)) return pixels
  throw new NoisegraphError('NON_FINITE', 'The decoded picture holds NaN or infinity: the autoencoder overflowed. One in single precision will not.')
}

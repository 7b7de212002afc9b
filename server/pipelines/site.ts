import { film, type Site, type Tensor } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'
import type { Order } from '../core/order.js'
import type { Model } from '../models/model.js'
import { part, stack } from '../models/network.js'
import { timeIds } from '../models/time-ids.js'
import { resizeLanczos } from './lanczos.js'
import type { Draw } from './paint.js'
import { streamOf } from './stream.js'

export interface Canvas extends Size, Partial<Pick<Order, 'noise'>> { readonly guidanceScale: number; readonly guided: boolean; /** Of a picture in a video of pictures. */ readonly position?: number }
/** Of the result; what the model has not is left out, and what nobody names is the model's own. */
export type Size = Pick<Order, 'width' | 'height' | 'frames' | 'seconds' | 'points'>

/** Of one sample: [1, c, h, w] of latents or pixels; [1, c, frames, h, w] of a video; [1, c, n] of a waveform or of points; [1, c, d, h, w] of voxels, as deep as they are wide. */
export function sampleShape({ facts }: Pick<Model, 'facts'>, { width, height, frames, seconds, points }: Size): readonly number[] {
  const { channels, factor, output, sound, extent } = facts
  const plane = [height / factor, width / factor]
  if (sound) return [1, channels, ...sound.axes(seconds ?? sound.seconds)]
  switch (output) {
    case 'points': case 'molecule': return [1, channels, points ?? extent!.default]
    case 'video': return [1, channels, frames ?? extent!.default, ...plane]
    case 'voxels': return [1, channels, plane[1]!, ...plane]
    default: return [1, channels, ...plane]
  }
}

/** Where the conditioners of one picture stand. Pictures of a run share the fitted versions of what was uploaded. */
export function siteOf(model: Model, canvas: Canvas, draw: Draw, fitted: Map<Tensor, Tensor>): Site {
  const shape = sampleShape(model, canvas)
  const channels = model.network.sample.shape[1]
  // What a model hands to another one is a sample already.
  const isSample = (image: Tensor) => image.shape[1] === shape[1] && model.autoencoder !== undefined && image.shape[1] !== 3
  return {
    shape, width: canvas.width, height: canvas.height, guidanceScale: canvas.guidanceScale, guided: canvas.guided,
    network: { inputs: model.network.inputs, channels: typeof channels === 'number' ? channels : model.facts.channels, classes: model.facts.classes, scored: model.network.inputs.includes('time_ids') && timeIds(model.folder, model.facts.denoiser) === 5 },
    ...(canvas.position !== undefined && { position: canvas.position }),
    noiseOf: seed => streamOf(canvas.noise ?? 'torch', BigInt(seed)).draw(shape),
    async encode(image) {
      if (isSample(image) && image.shape.length === shape.length) return image
      if (image.shape[0]! > 1) return film(await encodedFrames(model, image, draw))
      const sample = model.autoencoder && !isSample(image) ? await model.autoencoder.encode(image, draw) : image
      return shape.length === 5 ? repeated(sample, shape) : sample
    },
    async encodeMean(image) {
      if (!model.autoencoder) throw new NoisegraphError('INCOMPATIBLE', `The model "${model.folder.name}" works on pixels and has no latents.`, 'conditioners')
      return model.autoencoder.mean(image)
    },
    fit(image, { width, height } = canvas) {
      if (isSample(image) || (image.shape[2] === height && image.shape[3] === width)) return image
      const known = fitted.get(image)
      if (known?.shape[2] === height && known.shape[3] === width) return known
      const made = resizeLanczos(image, width, height)
      fitted.set(image, made)
      return made
    },
    noise: of => draw(of ?? shape),
  }
}

/** Frames of a clip that draw their noise at once, as in published pipelines. */
const together = 16

async function encodedFrames({ autoencoder }: Model, clip: Tensor, draw: Draw): Promise<Tensor> {
  if (!autoencoder) return clip
  const samples: Tensor[] = []
  for (let f = 0; f < clip.shape[0]!; f += together) samples.push(await autoencoder.encode(part(clip, f, Math.min(together, clip.shape[0]! - f)), shape => ({ ...draw([1, ...shape]), shape })))
  return stack(samples)
}

/** A picture's sample in every frame of a video. */
function repeated(sample: Tensor, shape: readonly number[]): Tensor {
  const [channels, frames, pixels] = [shape[1]!, shape[2]!, shape[3]! * shape[4]!]
  const data = new Float32Array(channels * frames * pixels)
  for (let c = 0; c < channels; c++) for (let f = 0; f < frames; f++) data.set(sample.data.subarray(c * pixels, (c + 1) * pixels), (c * frames + f) * pixels)
  return { shape, data }
}

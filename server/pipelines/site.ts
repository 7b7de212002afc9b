import type { Site, Tensor } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'
import type { Model } from '../models/model.js'
import { resizeLanczos } from './lanczos.js'
import type { Draw } from './paint.js'

export interface Canvas { readonly width: number; readonly height: number; readonly guidanceScale: number; readonly guided: boolean; /** Of a video. */ readonly frames?: number; /** Of a sound, in samples. */ readonly length?: number }

/** Of one sample: [1, c, h, w] of latents or pixels; [1, c, frames, h, w] of a video; [1, c, n] of a sound. */
export function sampleShape({ facts, network }: Model, { width, height, frames, length }: Pick<Canvas, 'width' | 'height' | 'frames' | 'length'>): readonly number[] {
  const plane = [height / facts.factor, width / facts.factor]
  switch (network.sample.shape.length) {
    case 3: return [1, facts.channels, length ?? facts.length]
    case 5: return [1, facts.channels, frames ?? facts.frames, ...plane]
    default: return [1, facts.channels, ...plane]
  }
}

/** Where the conditioners of one picture stand. Pictures of a run share the fitted versions of what was uploaded. */
export function siteOf(model: Model, canvas: Canvas, draw: Draw, fitted: Map<Tensor, Tensor>): Site {
  const shape = sampleShape(model, canvas)
  const channels = model.network.sample.shape[1]
  return {
    shape, width: canvas.width, height: canvas.height, guidanceScale: canvas.guidanceScale, guided: canvas.guided,
    network: { inputs: model.network.inputs, channels: typeof channels === 'number' ? channels : model.facts.channels, classes: model.facts.classes },
    encode: async image => model.autoencoder ? model.autoencoder.encode(image, draw) : image,
    async encodeMean(image) {
      if (!model.autoencoder) throw new NoisegraphError('INCOMPATIBLE', `The model "${model.folder.name}" works on pixels and has no latents.`, 'conditioners')
      return model.autoencoder.mean(image)
    },
    fit(image, { width, height } = canvas) {
      if (image.shape[2] === height && image.shape[3] === width) return image
      const known = fitted.get(image)
      if (known?.shape[2] === height && known.shape[3] === width) return known
      const made = resizeLanczos(image, width, height)
      fitted.set(image, made)
      return made
    },
    noise: of => draw(of ?? shape),
  }
}

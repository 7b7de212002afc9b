import { resize, type Site, type Tensor } from '../../plugins/sdk/index.js'
import type { Model } from '../models/model.js'
import type { Draw } from './paint.js'

export interface Canvas { readonly width: number; readonly height: number; readonly guidanceScale: number; readonly guided: boolean }

/** Of one sample: latents or pixels of that size. */
export const sampleShape = ({ facts }: Model, { width, height }: Pick<Canvas, 'width' | 'height'>): readonly number[] =>
  [1, facts.channels, height / facts.factor, width / facts.factor]

/** Where the conditioners of one picture stand. Pictures of a run share the fitted versions of what was uploaded. */
export function siteOf(model: Model, canvas: Canvas, draw: Draw, fitted: Map<Tensor, Tensor>): Site {
  const shape = sampleShape(model, canvas)
  const channels = model.network.sample.shape[1]
  return {
    shape, ...canvas,
    network: { inputs: model.network.inputs, channels: typeof channels === 'number' ? channels : model.facts.channels, classes: model.facts.classes },
    encode: async image => model.autoencoder ? model.autoencoder.encode(image, draw) : image,
    fit(image) {
      const known = fitted.get(image) ?? (image.shape[2] === canvas.height && image.shape[3] === canvas.width ? image : resize(image, canvas.height, canvas.width, 'bicubic'))
      fitted.set(image, known)
      return known
    },
    noise: () => draw(shape),
  }
}

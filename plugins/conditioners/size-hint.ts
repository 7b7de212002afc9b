import { conditioner, integer, number } from '../sdk/index.js'

const negative = (what: string) => integer(`${what} of the picture to be guided away from; the same as above when left out.`, { default: null, min: 0 })

export default conditioner({
  name: 'size-hint',
  summary: 'Tells SDXL what size its picture was cut from, which it learned to draw accordingly (Podell et al. 2023, section 2.2).',
  options: {
    originalWidth: integer('Width of the picture before cutting; the result when left out.', { default: null, min: 1 }),
    originalHeight: integer('Height before cutting.', { default: null, min: 1 }),
    cropLeft: integer('Pixels cut off on the left.', { default: 0, min: 0 }),
    cropTop: integer('Pixels cut off at the top.', { default: 0, min: 0 }),
    targetWidth: integer('Width after cutting; the result when left out.', { default: null, min: 1 }),
    targetHeight: integer('Height after cutting.', { default: null, min: 1 }),
    negativeOriginalWidth: negative('Width before cutting'),
    negativeOriginalHeight: negative('Height before cutting'),
    negativeCropLeft: negative('Pixels cut off on the left'),
    negativeCropTop: negative('Pixels cut off at the top'),
    negativeTargetWidth: negative('Width after cutting'),
    negativeTargetHeight: negative('Height after cutting'),
    aestheticScore: number('For refiners, which take it in place of the target size: how beautiful, from 1 to 10.', { default: 6, min: 0, max: 10 }),
    negativeAestheticScore: number('For refiners: what is guided away from.', { default: 2.5, min: 0, max: 10 }),
  },
  async condition({ width, height, guided, network }, o) {
    if (!network.inputs.includes('time_ids')) throw new RangeError('size-hint.originalWidth: this model is told no sizes; SDXL is.')
    const original = [o.originalHeight ?? height, o.originalWidth ?? width]
    const crop = [o.cropTop, o.cropLeft]
    const target = [o.targetHeight ?? height, o.targetWidth ?? width]
    const ids = (sizes: readonly number[], score: number) => {
      const data = Float32Array.from(network.scored ? [...sizes.slice(0, 4), score] : sizes)
      return { time_ids: { shape: [1, data.length], data } }
    }
    const away = [
      o.negativeOriginalHeight ?? original[0]!, o.negativeOriginalWidth ?? original[1]!, o.negativeCropTop ?? o.cropTop, o.negativeCropLeft ?? o.cropLeft,
      o.negativeTargetHeight ?? target[0]!, o.negativeTargetWidth ?? target[1]!,
    ]
    return { when: ids([...original, ...crop, ...target], o.aestheticScore), ...(guided && { unless: ids(away, o.negativeAestheticScore) }) }
  },
})

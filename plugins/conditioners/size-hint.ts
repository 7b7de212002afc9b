import { conditioner, flag, integer, number } from '../sdk/index.js'

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
    negativeOriginalWidth: integer('Width of the picture to be guided away from.', { default: null, min: 1 }),
    negativeOriginalHeight: integer('Height of the picture to be guided away from.', { default: null, min: 1 }),
    aestheticScore: number('For refiners: how beautiful, from 1 to 10.', { default: 6, min: 0, max: 10 }),
    negativeAestheticScore: number('For refiners: what is guided away from.', { default: 2.5, min: 0, max: 10 }),
    scored: flag('For refiners, which take the score in place of the target size.', { default: false }),
  },
  async condition({ width, height, guided }, o) {
    const crop = [o.cropTop, o.cropLeft]
    const target = [o.targetHeight ?? height, o.targetWidth ?? width]
    const original = [o.originalHeight ?? height, o.originalWidth ?? width]
    const negative = [o.negativeOriginalHeight ?? original[0]!, o.negativeOriginalWidth ?? original[1]!]
    const ids = (size: readonly number[], score: number) => {
      const data = Float32Array.from([...size, ...crop, ...(o.scored ? [score] : target)])
      return { time_ids: { shape: [1, data.length], data } }
    }
    return { when: ids(original, o.aestheticScore), ...(guided && { unless: ids(negative, o.negativeAestheticScore) }) }
  },
})

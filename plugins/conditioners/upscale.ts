import { augmentation, conditioner, enlarge, image, integer } from '../sdk/index.js'

export default conditioner({
  name: 'upscale',
  summary: 'Shows an upscaling model the small picture that it is to enlarge.',
  options: {
    picture: image('The small picture.'),
    noiseLevel: integer('How much noise is added to it first: more lets the model invent more. 20 for models on latents, 250 for those on pixels when left out.', { default: null, min: 0, max: 999 }),
  },
  needs: { augmentation },
  async condition(site, { picture, noiseLevel }, { augmentation }) {
    const [height, width] = site.shape.slice(-2) as [number, number]
    // Models on pixels see it in the size of the result, and their own noise is drawn first, as published cascades have it (Saharia et al. 2022).
    const pixels = width === site.width
    const level = noiseLevel ?? (pixels ? 250 : 20)
    const noise = pixels ? site.noise() : undefined
    const small = pixels ? enlarge(picture, height, width) : site.fit(picture, { height, width })
    const noised = augmentation.augment(small, level, site.noise(small.shape))
    const feeds = { class_labels: { shape: [1], data: Float32Array.of(level) } }
    return { when: feeds, channels: { when: noised, unless: noised }, ...(noise && { start: { strength: 1, noise } }) }
  },
})

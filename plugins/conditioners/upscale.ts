import { augmentation, conditioner, image, integer } from '../sdk/index.js'

export default conditioner({
  name: 'upscale',
  summary: 'Shows an upscaling model the small picture that it is to enlarge.',
  options: {
    picture: image('The small picture.'),
    noiseLevel: integer('How much noise is added to it first: more lets the model invent more.', { default: 20, min: 0, max: 999 }),
  },
  needs: { augmentation },
  async condition(site, { picture, noiseLevel }, { augmentation }) {
    const small = site.fit(picture, { height: site.shape[2]!, width: site.shape[3]! })
    const noised = augmentation.augment(small, noiseLevel, site.noise(small.shape))
    const feeds = { class_labels: { shape: [1], data: Float32Array.of(noiseLevel) } }
    return { when: feeds, channels: { when: noised, unless: noised } }
  },
})

import { conditioner, image, mix, number } from '../sdk/index.js'

export default conditioner({
  name: 'edit',
  summary: 'Changes a picture as a prompt tells, with models trained for it (Brooks et al. 2023, InstructPix2Pix).',
  options: {
    picture: image('The picture to change.'),
    pictureGuidance: number('How much the result resembles it.', { default: 1.5, min: 1, max: 20 }),
  },
  async condition(site, { picture, pictureGuidance }) {
    const latents = await site.encodeMean(site.fit(picture))
    const channels = { when: latents, unless: mix([0, latents]) }
    if (!site.guided) return { channels }
    return {
      channels, also: [{ like: 'unless', channels: latents }],
      // Equation 3: neither, the picture alone, both.
      guide: (both, neither, scale, [alone]) => mix([scale, both], [pictureGuidance - scale, alone!], [1 - pictureGuidance, neither]),
    }
  },
})

import { conditioner, image, number } from '../sdk/index.js'

export default conditioner({
  name: 'image-to-image',
  summary: 'Starts from a picture that is noised part of the way (SDEdit, Meng et al. 2022).',
  options: {
    picture: image('The picture to start from; it is brought to the size of the result.'),
    strength: number('How far it is noised: 0 keeps it, 1 leaves only a trace of it.', { default: 0.8, min: 0, max: 1 }),
    after: number('In place of strength: the picture is taken as what another model has made of this share of the run (training timesteps), its noise included.', { default: null, min: 0.01, max: 0.99 }),
  },
  part: ({ strength, after }) => (after === null ? { strength } : { after }),
  async condition(site, { picture, strength, after }) {
    const clean = await site.encode(site.fit(picture))
    return { start: after === null ? { strength, clean } : { strength: 1, after: { share: after, x: clean } } }
  },
})

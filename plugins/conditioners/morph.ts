import { conditioner, integer, number, promptEncoder, slerp, text } from '../sdk/index.js'

export default conditioner({
  name: 'morph',
  summary: 'Goes from one picture to another, by their words, their noise or both; with `frames`, as a video.',
  options: {
    toPrompt: text('What the other picture shows; the same when left out. The first one is what the text conditioner says.', { default: null, maxLength: 10_000 }),
    toSeed: integer('Seed of the other picture; the same when left out. Noise is turned on the arc between the two.', { default: null, min: 0 }),
    share: number('How far to go; in a video each frame goes its own way, when left out.', { default: null, min: 0, max: 1 }),
  },
  needs: { encoder: promptEncoder },
  async condition(site, { toPrompt, toSeed, share }, { encoder }) {
    const position = share ?? site.position ?? 0.5
    return {
      ...(toPrompt !== null && { towards: { when: await encoder.encode(toPrompt), share: position } }),
      ...(toSeed !== null && site.noiseOf && { start: { strength: 1, noise: slerp(position, site.noise(), site.noiseOf(toSeed)) } }),
    }
  },
})

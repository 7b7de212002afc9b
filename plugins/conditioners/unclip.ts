import { conditioner, imagePrior, integer, number, text } from '../sdk/index.js'

export default conditioner({
  name: 'unclip',
  summary: 'Asks an unCLIP model (Ramesh et al. 2022, DALL-E 2) for what a prompt says: a prior makes an image embedding of it, the decoder a picture of that, further networks enlarge it.',
  options: {
    prompt: text('What the picture shows.', { maxLength: 10_000 }),
    priorSteps: integer('Steps of the prior.', { default: 25, min: 2, max: 1000 }),
    priorGuidance: number('Guidance scale of the prior; used where the decoder is guided too.', { default: 4, min: 1, max: 20 }),
    enlargingSteps: integer('Steps of the networks that enlarge.', { default: 7, min: 2, max: 1000 }),
  },
  needs: { prior: imagePrior },
  async condition(site, { prompt, priorSteps, priorGuidance, enlargingSteps }, { prior }) {
    const noise = site.noise
    const embedded = await prior.embed(prompt, { steps: priorSteps, guidanceScale: priorGuidance, guided: site.guided, noise })
    return { ...embedded, finish: x => prior.enlarge(x, { steps: enlargingSteps, noise }) }
  },
})

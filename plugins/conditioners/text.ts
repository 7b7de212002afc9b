import { conditioner, integer, map, mix, number, promptEncoder, text, type Tensor } from '../sdk/index.js'

export default conditioner({
  name: 'text',
  summary: 'Asks a text-to-image model for what a prompt says, and guides it away from what a negative prompt says.',
  options: {
    prompt: text('What the picture shows.', { maxLength: 10_000 }),
    negativePrompt: text('What it shall not show; used where the guidance scale is above 1.', { default: null, maxLength: 10_000 }),
    prompt2: text('Other words for the second text encoder, where the model has one.', { default: null, maxLength: 10_000 }),
    negativePrompt2: text('The same for the negative prompt.', { default: null, maxLength: 10_000 }),
    prompt3: text('Other words for the third text encoder, where the model has one.', { default: null, maxLength: 10_000 }),
    negativePrompt3: text('The same for the negative prompt.', { default: null, maxLength: 10_000 }),
    trueGuidance: number('For models that read the guidance scale themselves (Flux): a scale above 1 guides away from the negative prompt besides, at twice the cost.', { default: 1, min: 1, max: 20 }),
    guidanceRescale: number('Share of the contrast that guidance adds which is taken away again (Lin et al. 2023, section 3.4).', { default: 0, min: 0, max: 1 }),
    clipSkip: integer("How many of the text encoder's last layers are left out.", { default: 0, min: 0, max: 12 }),
    maxTokens: integer('Tokens for encoders that take any number, such as T5; as the model was published when left out.', { default: null, min: 8, max: 1024 }),
  },
  needs: { encoder: promptEncoder },
  async condition({ guided }, { prompt, negativePrompt, prompt2, negativePrompt2, prompt3, negativePrompt3, trueGuidance, guidanceRescale, clipSkip, maxTokens }, { encoder }) {
    if (guided && trueGuidance > 1) throw new RangeError('text.trueGuidance is for models that read the guidance scale themselves; this one is guided by guidanceScale.')
    const twice = !guided && trueGuidance > 1 && negativePrompt !== null
    return {
      when: await encoder.encode(prompt, { skip: clipSkip, second: prompt2, third: prompt3, length: maxTokens }),
      // All layers, as published pipelines have it.
      ...((guided || twice) && { unless: await encoder.encode(negativePrompt, { second: negativePrompt2, third: negativePrompt3, length: maxTokens }) }),
      ...(guidanceRescale > 0 && { guide: rescaled(guidanceRescale) }),
      ...(twice && { guide: (when: Tensor, unless: Tensor) => mix([trueGuidance, when], [1 - trueGuidance, unless]) }),
    }
  },
})

/** Brings the spread of the guided output back towards that of the conditional one. */
const rescaled = (share: number) => (when: Tensor, unless: Tensor, scale: number): Tensor => {
  const guided = mix([scale, when], [1 - scale, unless])
  const factor = 1 - share + (share * deviation(when)) / deviation(guided)
  return map(v => v * factor, guided)
}

function deviation({ data }: Tensor): number {
  const mean = data.reduce((sum, v) => sum + v, 0) / data.length
  return Math.sqrt(data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (data.length - 1))
}

import type { ModelFacts } from './facts.js'
import type { ModelFolder } from './folder.js'

/** What a model can be asked with, by the names of the shipped conditioners, and which of them it cannot do without. */
export interface Takes { readonly takes: readonly string[]; readonly needs: readonly string[] }

/** Of the text encoders: how many there are, how many last layers may be left out, and the most tokens of one that takes any number. */
export function textFacts({ parts }: ModelFolder): { readonly encoders: number; readonly clipSkip: number; readonly tokens: number | null } {
  const encoders = [...parts.values()].filter(p => p.name.startsWith('text_encoder'))
  const states = (encoders[0]?.header.outputs ?? []).filter(o => /^hidden_states\.\d+$/.test(o.name)).length
  const free = encoders.filter(({ header, config }) => typeof header.inputs[0]?.shape[1] === 'string' && typeof config.max_position_embeddings !== 'number')
  // The states after the embedding come first, and one layer at least must have worked on them.
  return { encoders: encoders.length, clipSkip: Math.max(0, states - 2), tokens: free.length ? 1024 : null }
}

/** Told by the inputs of the network and by the channels that it takes beside the latents. */
export function takesOf({ parts }: ModelFolder, facts: ModelFacts): Takes {
  const { denoiser: { header }, channels } = facts
  const inputs = header.inputs.map(i => i.name)
  const declared = header.inputs.find(i => i.shape.length >= 4)?.shape[1]
  const beside = typeof declared === 'number' ? declared - channels : 0
  const upscales = facts.upscales && beside > 0
  // A mask and the masked picture; a picture that is edited.
  const [inpaints, edits] = [!upscales && beside === channels + 1, !upscales && beside === channels]
  const controlled = [...parts.keys()].some(p => p.startsWith('controlnet')) && inputs.some(i => /^(mid_block|down_block)/.test(i))
  const special = [...(parts.has('text_proj') && parts.has('prior') ? ['unclip'] : []), ...(upscales ? ['upscale'] : []), ...(edits ? ['edit'] : []), ...(inpaints ? ['inpaint'] : []), ...(controlled ? ['control'] : [])]
  const labelled = facts.classes === null ? [] : ['class-label']
  // A network with channels of its own starts from noise: its picture goes in there.
  const pictures = facts.takesImages && !upscales && !edits ? ['image-to-image', 'inpaint', 'video-to-video'] : []
  return {
    takes: [...new Set([...(facts.takesText ? ['text'] : []), ...labelled, ...special, ...pictures, ...(facts.takesText ? ['morph'] : []), ...(inputs.includes('time_ids') ? ['size-hint'] : [])])],
    needs: [...labelled, ...special],
  }
}

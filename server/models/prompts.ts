import type { Feeds, PromptEncoder, Tensor } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'
import { joinChannels } from './network.js'
import type { Encoded, TextEncoder } from './text-encoder.js'

/** The text encoders of a model by part name, what its network takes, and whether it was trained to read "no prompt" as zeros. */
export interface PromptSetup { readonly encoders: ReadonlyMap<string, TextEncoder>; readonly inputs: readonly string[]; readonly zerosForNone: boolean }

/** How the families hand a prompt to their networks (shapes: INTERFACES of the diffusers-ONNX exports). */
export function promptsOf(setup: PromptSetup): PromptEncoder {
  const rule = setup.inputs.includes('text_embeds') ? xl : setup.inputs.includes('pooled_projections') ? sd3 : single
  return {
    async encode(prompt, { skip = 0 } = {}) {
      const feeds = await rule([...setup.encoders.values()], prompt ?? '', skip)
      if (prompt !== null || !setup.zerosForNone) return feeds
      return Object.fromEntries(Object.entries(feeds).map(([name, { shape, data }]) => [name, { shape, data: new Float32Array(data.length) }]))
    },
  }
}

type Rule = (encoders: readonly TextEncoder[], prompt: string, skip: number) => Promise<Feeds>

/** Stable Diffusion 1 and 2: the states of the one encoder. */
const single: Rule = async ([encoder], prompt, skip) => {
  const encoded = await encoder!.encode(prompt)
  return { encoder_hidden_states: skip ? layer(encoded, skip) : encoded.last }
}

/** SDXL (Podell et al. 2023): the last layer but one of both encoders side by side, and the pooled projection of the second. The refiner has the second alone. */
const xl: Rule = async (encoders, prompt, skip) => {
  const encoded = await Promise.all(encoders.map(e => e.encode(prompt)))
  const pooled = encoded.at(-1)!.projected ?? encoded.at(-1)!.pooled
  if (!pooled) throw lacking('text_embeds')
  return { encoder_hidden_states: encoded.map(e => layer(e, skip + 1)).reduce(joinFeatures), text_embeds: pooled }
}

/** SD3 (Esser et al. 2024): both CLIP encoders side by side, widened to the third's width, then the third's tokens; zeros where it is absent. */
const sd3: Rule = async (encoders, prompt, skip) => {
  const [first, second] = await Promise.all(encoders.slice(0, 2).map(e => e.encode(prompt)))
  const third = await encoders[2]?.encode(prompt)
  const pooled = [first, second].map(e => e?.projected ?? e?.pooled)
  if (!first || !second || !pooled[0] || !pooled[1]) throw lacking('text_embeds')
  const clip = joinFeatures(layer(first, skip + 1), layer(second, skip + 1))
  const tokens = third?.last ?? { shape: [1, clip.shape[1]!, 4096], data: new Float32Array(clip.shape[1]! * 4096) }
  return { encoder_hidden_states: joinChannels(widened(clip, tokens.shape[2]!), tokens), pooled_projections: { shape: [1, pooled[0].shape[1]! + pooled[1].shape[1]!], data: Float32Array.from([...pooled[0].data, ...pooled[1].data]) } }
}

const lacking = (output: string) => new NoisegraphError('BROKEN_MODEL', `The text encoder was exported without "${output}", which this model needs.`, 'model')

/** The states `back` layers before the last ones. */
function layer({ layers }: Encoded, back: number): Tensor {
  const found = layers.at(-1 - back)
  if (!layers.length) throw new NoisegraphError('INCOMPATIBLE', 'The text encoder was exported without its hidden states: export it with them, or set clipSkip to 0.', 'conditioners.text.clipSkip')
  if (!found) throw new NoisegraphError('INVALID_OPTION', `clipSkip must be below ${layers.length - 1} for this text encoder.`, 'conditioners.text.clipSkip')
  return found
}

/** Two [1, s, a] and [1, s, b] as [1, s, a + b]. */
function joinFeatures(a: Tensor, b: Tensor): Tensor {
  const [rows, m, n] = [a.shape[1]!, a.shape[2]!, b.shape[2]!]
  const data = new Float32Array(rows * (m + n))
  for (let r = 0; r < rows; r++) {
    data.set(a.data.subarray(r * m, (r + 1) * m), r * (m + n))
    data.set(b.data.subarray(r * n, (r + 1) * n), r * (m + n) + m)
  }
  return { shape: [1, rows, m + n], data }
}

const widened = (x: Tensor, width: number): Tensor =>
  width <= x.shape[2]! ? x : joinFeatures(x, { shape: [1, x.shape[1]!, width - x.shape[2]!], data: new Float32Array(x.shape[1]! * (width - x.shape[2]!)) })

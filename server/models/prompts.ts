import type { Feeds, PromptEncoder, Tensor } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'
import { joinChannels } from './network.js'
import type { Encoded, TextEncoder } from './text-encoder.js'

/** The text encoders of a model by part name, what its network takes, and how it was trained to read prompts. */
export interface PromptSetup {
  readonly encoders: ReadonlyMap<string, TextEncoder>
  readonly inputs: readonly string[]
  /** "No prompt" is zeros. */
  readonly zerosForNone: boolean
  /** Features of a token, for encoders that are absent. */
  readonly width: number
  /** Prompts are read in small letters, without space at their ends. */
  readonly plain?: boolean
  /** Squares of latents are tokens, and the states are those of T5 alone. */
  readonly packed?: boolean
  /** Tokens of a prompt, where the family has its own number. */
  readonly tokens?: number | undefined
}

/** How the families hand a prompt to their networks (shapes: INTERFACES of the diffusers-ONNX exports). */
export function promptsOf(setup: PromptSetup): PromptEncoder {
  const rule = setup.inputs.includes('text_embeds') ? xl : !setup.inputs.includes('pooled_projections') ? (setup.inputs.includes('encoder_hidden_states') ? single : clap) : setup.packed ? flux : sd3
  const encoders = [...setup.encoders.values()]
  const read = (text: string) => (setup.plain ? text.toLowerCase().trim() : text)
  return {
    async encode(prompt, options = {}) {
      const first = read(prompt ?? '')
      const [second, third] = [options.second, options.third].map(words => (words ? read(words) : first)) as [string, string]
      const feeds = await rule({ encoders, first, second, third, skip: options.skip ?? 0, length: options.length ?? setup.tokens, setup })
      if (prompt !== null || !setup.zerosForNone) return feeds
      return Object.fromEntries(Object.entries(feeds).map(([name, { shape, data }]) => [name, { shape, data: new Float32Array(data.length) }]))
    },
  }
}

/** The words for each encoder; `length` is the number of tokens, where one was asked for. */
interface Request { readonly encoders: readonly TextEncoder[]; readonly first: string; readonly second: string; readonly third: string; readonly skip: number; readonly length: number | undefined; readonly setup: PromptSetup }
type Rule = (request: Request) => Promise<Feeds>

/** Stable Diffusion 1 and 2, PixArt: the states of the one encoder. A layer before the last one is normalised as the last one is. */
const single: Rule = async ({ encoders: [encoder], first, skip, length, setup }) => {
  const encoded = await encoder!.encode(first, length)
  return { encoder_hidden_states: skip ? encoder!.normalised(layer(encoded, skip)) : encoded.last, ...(setup.inputs.includes('encoder_attention_mask') && { encoder_attention_mask: encoded.mask }) }
}

/** AudioLDM (Liu et al. 2023): the projection of CLAP's text encoder, of length one, where other models have a class. */
const clap: Rule = async ({ encoders: [encoder], first }) => {
  const { projected } = await encoder!.encode(first)
  if (!projected) throw lacking('text_embeds')
  // As PyTorch's normalize.
  const length = Math.max(1e-12, Math.sqrt(projected.data.reduce((sum, v) => sum + v * v, 0)))
  return { class_labels: { shape: projected.shape, data: projected.data.map(v => v / length) } }
}

/** SDXL (Podell et al. 2023): the last layer but one of both encoders side by side, and the pooled projection of the second. The refiner has the second alone. */
const xl: Rule = async ({ encoders, first, second, skip }) => {
  const encoded: Encoded[] = []
  for (const [i, encoder] of encoders.entries()) encoded.push(await encoder.encode(i ? second : first))
  const pooled = encoded.at(-1)!.projected ?? encoded.at(-1)!.pooled
  if (!pooled) throw lacking('text_embeds')
  return { encoder_hidden_states: encoded.map(e => layer(e, skip + 1)).reduce(joinFeatures), text_embeds: pooled }
}

/** SD3 (Esser et al. 2024): both CLIP encoders side by side, widened to the third's width, then the third's tokens; zeros where it is absent. */
const sd3: Rule = async ({ encoders: [a, b, c], first, second, third: last, skip, length, setup }) => {
  if (!a || !b) throw new NoisegraphError('BROKEN_MODEL', 'This model needs two CLIP text encoders.', 'model')
  const [one, two] = [await a.encode(first), await b.encode(second, a.length)]
  const [tokens, width] = [length ?? 256, setup.width]
  const third = c ? (await c.encode(last, tokens)).last : { shape: [1, tokens, width], data: new Float32Array(tokens * width) }
  const pooled = [one, two].map(e => e.projected ?? e.pooled)
  if (!pooled[0] || !pooled[1]) throw lacking('text_embeds')
  const clip = joinFeatures(layer(one, skip + 1), layer(two, skip + 1))
  return {
    encoder_hidden_states: joinChannels(widened(clip, third.shape[2]!), third),
    pooled_projections: { shape: [1, pooled[0].data.length + pooled[1].data.length], data: Float32Array.from([...pooled[0].data, ...pooled[1].data]) },
  }
}

/** Flux: CLIP says what the whole is about (its pooled state), T5 has the words. */
const flux: Rule = async ({ encoders: [clip, t5], first, second, length }) => {
  if (!clip || !t5) throw new NoisegraphError('BROKEN_MODEL', 'This model needs a CLIP text encoder and a T5 text encoder.', 'model')
  const { pooled, projected } = await clip.encode(first)
  const about = pooled ?? projected
  if (!about) throw lacking('pooler_output')
  return { encoder_hidden_states: (await t5.encode(second, length ?? 512)).last, pooled_projections: about }
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

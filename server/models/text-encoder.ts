import type { Tensor } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'
import type { Session, Value } from '../sessions/session.js'
import type { Tokenizer } from './tokenizer.js'
import { readWeight } from './weight.js'
import { toTensor, toValue } from './value.js'

/** What a text encoder answers for one text. `layers` are the states after the embedding and after each layer, where the export has them. */
export interface Encoded { readonly last: Tensor; readonly layers: readonly Tensor[]; readonly pooled?: Tensor; readonly projected?: Tensor; readonly mask: Tensor }

export interface TextEncoder {
  encode(text: string, length?: number): Promise<Encoded>
  /** Tokens of a text where no length is given. */
  readonly length: number
  /** The encoder's final layer normalisation, for states taken before it. */
  normalised(states: Tensor): Tensor
}

/**
 * `file` is the network's own: the weights of its final normalisation are read from there when they are needed.
 * Only an encoder that is `masked` is told which tokens are padding; the others were trained to read it.
 */
export function textEncoder(session: Session, tokenizer: Tokenizer, file: string, { masked }: { readonly masked: boolean }): TextEncoder {
  const ids = session.inputs.find(i => i.name === 'input_ids') ?? session.inputs[0]!
  const fixed = ids.shape[1]
  const ownLength = typeof fixed === 'number' ? fixed : tokenizer.length
  const kept = new Map<string, Promise<Encoded>>()
  const run = async (text: string, length: number): Promise<Encoded> => {
    const own = tokenizer.ids(text)
    const row = (data: readonly number[]): Tensor => ({ shape: [1, length], data: Float32Array.from(data) })
    const mask = row(Array.from({ length }, (_, i) => Number(i < own.length)))
    const feeds: Record<string, Value> = { [ids.name]: toValue(row(tokenizer.padded(text, length)), ids.type) }
    const attention = session.inputs.find(i => i.name === 'attention_mask')
    if (attention) feeds.attention_mask = toValue(masked ? mask : row(Array<number>(length).fill(1)), attention.type)
    const out = await session.run(feeds)
    const tensor = (name: string) => out[name] && toTensor(out[name])
    const layers = session.outputs.map(o => /^hidden_states\.(\d+)$/.exec(o.name)).filter(m => m !== null).sort((a, b) => Number(a[1]) - Number(b[1])).map(m => tensor(m[0])!)
    const [pooled, projected] = [tensor('pooler_output'), tensor('text_embeds')]
    return { last: tensor('last_hidden_state') ?? tensor(session.outputs[0]!.name)!, layers, mask, ...(pooled && { pooled }), ...(projected && { projected }) }
  }
  return {
    length: ownLength,
    encode(text, length = ownLength) {
      const key = `${length} ${text}`
      const known = kept.get(key) ?? run(text, length)
      kept.delete(key)
      kept.set(key, known)
      // A failed run may succeed later; the oldest texts go first.
      known.catch(() => kept.delete(key))
      if (kept.size > 64) kept.delete(kept.keys().next().value!)
      return known
    },
    normalised(states) {
      const [scale, shift] = ['weight', 'bias'].map(what => readWeight(file, name => name.replaceAll('_', '.').endsWith(`final.layer.norm.${what}`)))
      if (!scale || !shift) throw new NoisegraphError('INCOMPATIBLE', 'clipSkip cannot be used with this export of the text encoder: its final normalisation has lost its name.', 'conditioners.text.clipSkip')
      return layerNorm(states, scale, shift)
    },
  }
}

/** Ba et al. 2016, over the last axis, with CLIP's epsilon. */
function layerNorm({ shape, data }: Tensor, scale: Float32Array, shift: Float32Array): Tensor {
  const n = shape.at(-1)!
  const out = new Float32Array(data.length)
  for (let row = 0; row < data.length; row += n) {
    const one = data.subarray(row, row + n)
    const mean = one.reduce((sum, v) => sum + v, 0) / n
    const deviation = Math.sqrt(one.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n + 1e-5)
    for (let i = 0; i < n; i++) out[row + i] = ((one[i]! - mean) / deviation) * scale[i]! + shift[i]!
  }
  return { shape, data: out }
}

/** The stages around an unCLIP decoder (Ramesh et al. 2022, DALL-E 2): what a text looks like to CLIP, and pictures made larger. */
import { mix, type Feeds, type ImagePrior, type Sampler, type Tensor } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'
import { clip } from '../core/limits.js'
import type { Model } from '../models/model.js'
import { joinChannels, part, stack } from '../models/network.js'
import { textEncoder, type TextEncoder } from '../models/text-encoder.js'
import { readTokenizer } from '../models/tokenizer.js'
import { enlarged } from './bicubic.js'
import { ask, runStage } from './stage.js'

/** Undefined where the model is no unCLIP model. */
export function imagePriorOf(model: Model, { samplers = [], signal }: { readonly samplers?: readonly Sampler[]; readonly signal?: AbortSignal }): ImagePrior | undefined {
  const { parts, schedulers } = model.folder
  const prior = parts.get('prior')
  if (!prior || !parts.has('text_proj')) return undefined
  const scheduler = (name: string) => {
    const found = schedulers.get(name)
    if (!found) throw new NoisegraphError('BROKEN_MODEL', `The model "${model.folder.name}" has no ${name}.`, 'model')
    return found
  }
  return {
    async embed(prompt, { steps, guidanceScale, guided, noise }) {
      const encoder = await encoderOf(model)
      const words = [...(guided ? [await encoder.encode('')] : []), await encoder.encode(prompt)]
      const pooled = words.map(w => w.projected)
      if (pooled.some(p => !p)) throw new NoisegraphError('BROKEN_MODEL', 'The text encoder was exported without "text_embeds", which this model needs.', 'model')
      const [about, states, mask] = [stack(pooled as Tensor[]), stack(words.map(w => w.last)), stack(words.map(w => w.mask))]
      const session = await model.session('prior')
      const dreamt = await runStage({ scheduler: scheduler('prior_scheduler'), steps, shape: [1, about.shape[1]!], noise, samplers, signal }, async (x, t) => {
        const [answer] = await ask(session, { hidden_states: stack(words.map(() => x)), proj_embedding: about, encoder_hidden_states: states, attention_mask: mask }, { t, signal })
        return guided ? mix([guidanceScale, part(answer!, 1)], [1 - guidanceScale, part(answer!, 0)]) : answer!
      })
      // Exported as published pipelines call it: with the embedding of "no picture" before the one that is given.
      const twice = (x: Tensor) => (guided ? x : stack([x, x]))
      const projected = await ask(await model.session('text_proj'), { image_embeddings: unscaled(dreamt, prior.config), prompt_embeds: twice(about), text_encoder_hidden_states: twice(states) })
      const context = projected.find(p => p.shape.length === 3)!
      const masks = stack([0, 1].map(i => padded(part(twice(mask), i), context.shape[1]!)))
      const feeds = (i: number): Feeds => ({ encoder_hidden_states: part(context, i), class_labels: part(projected.find(p => p.shape.length === 2)!, i), attention_mask: part(masks, i) })
      return { when: feeds(1), ...(guided && { unless: feeds(0) }) }
    },
    async enlarge(picture, { steps, noise }) {
      const small = clip(1)(picture)
      if (!parts.has('super_res_first')) return small
      const [height, width] = [small.shape[2]! * model.facts.factor, small.shape[3]! * model.facts.factor]
      const guide = enlarged(small, height, width)
      return runStage({ scheduler: scheduler('super_res_scheduler'), steps, shape: [1, small.shape[1]!, height, width], noise, samplers, signal }, async (x, t, last) => {
        const session = await model.session(last && parts.has('super_res_last') ? 'super_res_last' : 'super_res_first')
        return (await ask(session, { sample: joinChannels(x, guide) }, { t, signal }))[0]!
      })
    },
  }
}

const encoders = new WeakMap<Model, Promise<TextEncoder>>()
function encoderOf(model: Model): Promise<TextEncoder> {
  const known = encoders.get(model) ?? model.session('text_encoder').then(session =>
    textEncoder(session, readTokenizer(model.folder.tokenizers.get('tokenizer')!), model.folder.parts.get('text_encoder')!.file, { masked: false }))
  encoders.set(model, known)
  known.catch(() => encoders.delete(model))
  return known
}

/** The prior works on embeddings of unit spread; its config says the mean and the deviation of CLIP's own. */
function unscaled(x: Tensor, { clip_mean: mean, clip_std: deviation }: Readonly<Record<string, unknown>>): Tensor {
  const at = (list: unknown, i: number, otherwise: number) => (Array.isArray(list) ? Number(list.flat(2)[i]) : otherwise)
  return { shape: x.shape, data: x.data.map((v, i) => v * at(deviation, i, 1) + at(mean, i, 0)) }
}

/** Ones in front of a mask, for the tokens that stand for the picture. */
function padded(mask: Tensor, to: number): Tensor {
  const data = new Float32Array(to).fill(1)
  data.set(mask.data, to - mask.data.length)
  return { shape: [1, to], data }
}

/** What steers a run, of what was typed: --image, --mask, --video, --to, --label, and --with for everything else. */
import type { Conditioner } from '../plugins/sdk/index.js'
import type { CallRequest } from '../server/core/make-order.js'
import { find } from '../server/core/registry.js'
import type { ModelInfo } from '../server/core/services.js'
import { readsWords, wordsOf } from '../server/core/words.js'
import { UsageError } from './errors.js'
import { typed, type Settings } from './options.js'

export interface Steering { negative?: string; to?: string; toSeed?: number; image?: string; video?: string; mask?: string; strength?: number; label?: number; with?: Settings }

interface Typed { readonly name: string; readonly options: Readonly<Record<string, unknown>> }

/** Conditioners of models that need a picture to look at rather than to start from. */
const readers = ['edit', 'upscale', 'control']

/** The conditioners of the recipe with what was typed in place of it, then what was typed beside it. A prompt for which none of them is there is left to the model. */
export function steering(prompt: string | undefined, o: Steering, before: readonly Typed[], model: ModelInfo, conditioners: readonly Conditioner[]): { readonly conditioners: readonly CallRequest[]; readonly prompt?: string | null; readonly negativePrompt?: string | null } {
  const calls = merged(before, [...given(o, model), ...Object.entries(o.with ?? {}).map(([word, options]) => {
    const { name, options: spec } = find('conditioner', conditioners, word, 'with')
    return { name, options: typed(spec, options) }
  })])
  if (!wordsOf(calls)) return { conditioners: calls, prompt: prompt ?? null, negativePrompt: o.negative ?? null }
  const words = { ...(prompt !== undefined && { prompt }), ...(o.negative !== undefined && { negativePrompt: o.negative }) }
  return { conditioners: calls.map(c => (readsWords(c) ? { ...c, options: { ...c.options, ...words } } : c)) }
}

function given({ image, video, mask, strength, label, to, toSeed }: Steering, { name, needs = [] }: ModelInfo): readonly Typed[] {
  if (image && video) throw new UsageError('--image and --video both say where to start from: give one of them.')
  if (mask && !image) throw new UsageError('--mask says which part of --image to paint over: give both.')
  if (strength !== undefined && !image && !video) throw new UsageError('--strength says how much of --image or --video may change: give one of them too.')
  const reader = mask ? undefined : readers.find(r => needs.includes(r))
  if (image && reader && strength !== undefined) throw new UsageError(`--strength is for pictures to start from, and the model "${name}" reads --image by its conditioner "${reader}": noisegraph conditioners ${reader} says what that takes, and --with ${reader}.OPTION=VALUE sets it.`)
  const changed = strength === undefined ? {} : { strength }
  return [
    ...(label === undefined ? [] : [{ name: 'class-label', options: { label } }]),
    ...(to === undefined && toSeed === undefined ? [] : [{ name: 'morph', options: { ...(to !== undefined && { toPrompt: to }), ...(toSeed !== undefined && { toSeed }) } }]),
    ...(image ? [mask ? { name: 'inpaint', options: { picture: image, mask, ...changed } } : { name: reader ?? 'image-to-image', options: { picture: image, ...changed } }] : []),
    ...(video ? [{ name: 'video-to-video', options: { clip: video, ...changed } }] : []),
  ]
}

/** Options that are typed for one that is there already replace its own. */
function merged(before: readonly Typed[], calls: readonly Typed[]): readonly Typed[] {
  const out = [...before]
  for (const call of calls) {
    const at = out.findIndex(c => c.name === call.name)
    if (at < 0) out.push(call)
    else out[at] = { name: call.name, options: { ...out[at]!.options, ...call.options } }
  }
  return out
}

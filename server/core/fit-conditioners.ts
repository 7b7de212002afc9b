/** Whether what steers a run goes together with the model: said before anything is queued, by the names of the shipped conditioners. Others are asked when they run. */
import { NoisegraphError } from './errors.js'
import type { PluginCall } from './order.js'
import type { ModelInfo } from './services.js'
import { readerOf } from './words.js'

/** Each shipped conditioner: what a model must be to take it, and how it is given. */
const shipped: Readonly<Record<string, { readonly of: string; readonly asked: string }>> = {
  text: { of: 'models with a text encoder', asked: 'a prompt' },
  'class-label': { of: 'class-conditional models', asked: '{ classLabel: { label: 0 } }' },
  'image-to-image': { of: 'models of pictures that have an encoder, or work on pixels', asked: '{ imageToImage: { picture: ID } }' },
  'video-to-video': { of: 'models of pictures and videos that have an encoder, or work on pixels', asked: '{ videoToVideo: { clip: ID } }' },
  morph: { of: 'models with a text encoder', asked: '{ morph: { toPrompt: "a green pear" } }' },
  inpaint: { of: 'models of pictures that have an encoder, or work on pixels', asked: '{ inpaint: { picture: ID, mask: ID } }' },
  edit: { of: 'models that edit by instruction (8 channels)', asked: '{ edit: { picture: ID } }' },
  upscale: { of: 'upscaling models', asked: '{ upscale: { picture: ID } }' },
  control: { of: 'models that come with a ControlNet', asked: '{ control: { picture: ID } }' },
  'size-hint': { of: 'models of the SDXL family', asked: '{ sizeHint: {} }' },
}

/** @throws INCOMPATIBLE naming the conditioner and what the model takes. */
export function checkTaken(name: string, { name: model, conditioners }: ModelInfo, field: string): void {
  if (!shipped[name] || conditioners.includes(name)) return
  throw new NoisegraphError('INCOMPATIBLE', `The model "${model}" does not take the conditioner "${name}", which is for ${shipped[name].of}. It takes ${list(conditioners) || 'none of the shipped ones'}.`, field)
}

/** A model that reads a picture, a class or a control needs one. @throws INCOMPATIBLE naming what is missing and how it is given. */
export function checkNeeded(calls: readonly PluginCall[], { name, needs = [] }: ModelInfo): void {
  // A conditioner of somebody else's may feed what is missing.
  if (calls.some(c => !shipped[c.name])) return
  for (const need of needs) if (!calls.some(c => c.name === need))
    throw new NoisegraphError('INCOMPATIBLE', `The model "${name}" needs the conditioner "${need}": add ${shipped[need]?.asked ?? need} to conditioners.`, 'conditioners')
}

/** What only the model can say of a value. @throws INVALID_OPTION naming option, value and what is allowed. */
export function checkValues({ name, options }: PluginCall, { name: model, classes, text }: ModelInfo, path: string): void {
  const refuse = (option: string, allowed: string) => {
    throw new NoisegraphError('INVALID_OPTION', `${name}.${option} ${allowed} for the model "${model}", got ${JSON.stringify(options[option]).slice(0, 60)}.`, `${path}${option}`)
  }
  if (name === 'class-label' && classes != null)
    for (const option of ['label', 'nullLabel']) if (typeof options[option] === 'number' && options[option] >= classes) refuse(option, `must be from 0 to ${classes - 1}`)
  if (name !== 'text' || !text) return
  for (const [number, word] of [[2, 'second'], [3, 'third']] as const) for (const option of [`prompt${number}`, `negativePrompt${number}`])
    if (options[option] != null && text.encoders < number) refuse(option, `is for a ${word} text encoder, and there ${text.encoders === 1 ? 'is one' : `are ${text.encoders}`}: leave it out`)
  if (typeof options.clipSkip === 'number' && options.clipSkip > text.clipSkip) refuse('clipSkip', text.clipSkip ? `must be from 0 to ${text.clipSkip}` : 'must be 0: its text encoder was exported without its hidden states')
  if (typeof options.maxTokens === 'number' && (text.tokens === null || options.maxTokens > text.tokens)) refuse('maxTokens', text.tokens === null ? 'must be left out: its text encoders have a length of their own' : `must be from 8 to ${text.tokens}`)
}

/** A scale that nothing is compared with. */
export function checkGuidance(scale: number | null | undefined, calls: readonly PluginCall[], model: ModelInfo): void {
  if (scale == null || scale === 1 || calls.some(c => !shipped[c.name]) || readerOf(model) || model.conditioners.includes('class-label')) return
  throw new NoisegraphError('INCOMPATIBLE', `The model "${model.name}" takes neither text nor a class, so there is nothing that guidance could compare: leave guidanceScale out or give 1, got ${scale}.`, 'guidanceScale')
}

const list = (names: readonly string[]) => names.map(n => `"${n}"`).join(', ')

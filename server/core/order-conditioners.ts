import { checkCall, checkImages } from './check-options.js'
import { NoisegraphError } from './errors.js'
import type { PluginCall } from './order.js'
import { optionsOf, orderLimits, type Choices, type OrderRequest } from './order-request.js'
import { checkGuidance, checkNeeded, checkTaken, checkValues } from './fit-conditioners.js'
import { find } from './registry.js'
import type { ModelInfo } from './services.js'
import { readerOf, wordsOf } from './words.js'

/** What steers a run: the prompt first, then the conditioners in the order given. */
export async function checkConditioners(request: OrderRequest, model: ModelInfo, from: Choices): Promise<readonly PluginCall[]> {
  const wanted = request.conditioners ?? []
  if (wanted.length > orderLimits.conditioners) throw new NoisegraphError('INVALID_OPTION', `A request takes at most ${orderLimits.conditioners} conditioners, and this one has ${wanted.length}.`, 'conditioners')
  const named = wanted.map((call, i) => ({ field: `conditioners.${i}.`, call, conditioner: find('conditioner', from.conditioners, call.name, `conditioners.${i}.name`) }))
  const calls: PluginCall[] = []
  const reader = readerOf(model)
  const words = prompt(request, model, reader, wordsOf(named.map(n => n.conditioner)) !== undefined)
  if (words) calls.push(checkText(checkCall(find('conditioner', from.conditioners, reader!, 'prompt'), words, ''), ''))
  for (const [i, { field, call, conditioner }] of named.entries()) {
    checkTaken(conditioner.name, model, `${field}name`)
    const checked = checkText(checkCall(conditioner, optionsOf(call, `conditioners.${i}`), `${field}options`), `${field}options.`)
    checkValues(checked, model, `${field}options.`)
    await checkImages(conditioner, checked, `${field}options`, from.findImage)
    calls.push(checked)
  }
  checkNeeded(calls, model)
  checkGuidance(request.guidanceScale, calls, model)
  return calls
}

/** Options of the conditioner that the request's prompt stands for; a model that takes text is always given some. */
function prompt({ prompt, negativePrompt }: OrderRequest, model: ModelInfo, reader: string | undefined, hasText: boolean): Record<string, unknown> | undefined {
  const given = prompt != null || negativePrompt != null
  if (given && hasText) throw new NoisegraphError('INCOMPATIBLE', `The prompt is given twice: as prompt (or negativePrompt) and as the conditioner "${reader ?? 'text'}". Leave one of them out.`, 'prompt')
  if (given && !reader) throw new NoisegraphError('INCOMPATIBLE', `The model "${model.name}" takes no prompt: leave it out. ${model.conditioners.length ? `It takes ${list(model.conditioners)}.` : 'There is nothing that it can be asked.'}`, 'prompt')
  checkLength('prompt', prompt)
  checkLength('negativePrompt', negativePrompt)
  return reader && !hasText ? { prompt: prompt ?? '', ...(negativePrompt != null && { negativePrompt }) } : undefined
}

/** No text is longer than a prompt may be, whatever the plugin declares. */
function checkText(call: PluginCall, path: string): PluginCall {
  for (const [key, value] of Object.entries(call.options)) checkLength(path + key, value)
  return call
}

function checkLength(field: string, value: unknown): void {
  if (typeof value === 'string' && value.length > orderLimits.promptLength)
    throw new NoisegraphError('INVALID_OPTION', `${field} has ${value.length} characters; at most ${orderLimits.promptLength} are taken.`, field)
}

const list = (names: readonly string[], comma = ', ') => names.map(n => `"${n}"`).join(comma)

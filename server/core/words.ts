/** Words of a request: which conditioner a plain prompt stands for, and where an order keeps it. */
import type { PluginCall } from './order.js'

/** Conditioners that read a prompt. A model takes one of them at most. */
const readers: readonly string[] = ['text', 'unclip']

export const readsWords = ({ name }: Pick<PluginCall, 'name'>): boolean => readers.includes(name)

/** The one among the conditioners that a model takes; undefined where it reads no words. */
export const readerOf = ({ conditioners }: { readonly conditioners: readonly string[] }): string | undefined => readers.find(r => conditioners.includes(r))

/** The one among the calls of an order. */
export const wordsOf = <C extends Pick<PluginCall, 'name'>>(calls: readonly C[] | null | undefined): C | undefined => calls?.find(readsWords)

/** The same words for another model: every option where both read alike, else what they have in common. */
export function wordsFor(reader: string, { name, options }: PluginCall): PluginCall {
  if (name === reader) return { name, options }
  // "unclip" guides away from nothing.
  const common = reader === 'unclip' ? ['prompt'] : ['prompt', 'negativePrompt']
  return { name: reader, options: Object.fromEntries(Object.entries(options).filter(([key]) => common.includes(key))) }
}

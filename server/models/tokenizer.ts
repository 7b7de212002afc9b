import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Tokenizer as Library } from '@huggingface/tokenizers'
import { NoisegraphError } from '../core/errors.js'
import { definitionFromFiles } from './tokenizer-files.js'

/** Turns a text into the ids that a text encoder takes. */
export interface Tokenizer {
  /** With the special tokens at both ends, as long as the text is. */
  ids(text: string): number[]
  /** Cut to `length` with the last token kept, or filled up with the padding token. */
  padded(text: string, length?: number): number[]
  /** What `padded` makes when no length is given. */
  readonly length: number
  readonly padId: number
}

/**
 * Reads a folder's tokenizer.json, or builds the same from the files of older exports.
 * @throws BROKEN_MODEL where the files are missing or damaged.
 */
export function readTokenizer(folder: string, { maxLength = Infinity, pad }: { readonly maxLength?: number | undefined; readonly pad?: string } = {}): Tokenizer {
  try {
    const read = (file: string): Record<string, unknown> => existsSync(join(folder, file)) ? JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown> : {}
    const config = read('tokenizer_config.json')
    const special = read('special_tokens_map.json')
    const named = (key: string) => contentOf(config[key]) ?? contentOf(special[key])
    const definition = existsSync(join(folder, 'tokenizer.json')) ? read('tokenizer.json') : definitionFromFiles(folder, named)
    const padToken = pad ?? named('pad_token') ?? named('eos_token')
    const library = lowercasedByLetter(new Library(withSpecial(definition, padToken), config))
    const padId = padToken === undefined ? 0 : library.token_to_id(padToken) ?? 0
    // Some configs say 1e30 for "no limit".
    const own = typeof config.model_max_length === 'number' && config.model_max_length < 1e6 ? config.model_max_length : 512
    const length = Math.min(own, maxLength)
    const ids = (text: string) => library.encode(text).ids
    return {
      ids, length, padId,
      padded(text, to = length) {
        const all = ids(text)
        if (all.length > to) return [...all.slice(0, to - 1), all.at(-1)!]
        return [...all, ...Array<number>(to - all.length).fill(padId)]
      },
    }
  } catch (error) {
    throw new NoisegraphError('BROKEN_MODEL', `The tokenizer in ${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`, 'model', { cause: error })
  }
}

interface Definition { readonly added_tokens?: readonly { readonly content: string }[]; readonly model?: { readonly vocab?: Readonly<Record<string, number>> } }

/** A padding token is a special one even where it is a plain word of the vocabulary: with the "!" of Stable Diffusion 2, an exclamation mark in a text becomes padding. */
function withSpecial(definition: Definition, token: string | undefined): object {
  const id = token === undefined ? undefined : definition.model?.vocab?.[token]
  if (id === undefined || definition.added_tokens?.some(t => t.content === token)) return definition
  return { ...definition, added_tokens: [...definition.added_tokens ?? [], { id, content: token, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }] }
}

/** A token as configs write it: its text, or an object that holds it. */
function contentOf(token: unknown): string | undefined {
  if (typeof token === 'string') return token
  if (typeof token === 'object' && token !== null && 'content' in token && typeof token.content === 'string') return token.content
  return undefined
}

/**
 * Two ways in which the library's lower case differs from the reference: JavaScript makes a sigma at the end of a word a final one, where
 * the reference goes letter by letter; and a text that only becomes a special token when it is lower-cased ("<|ENDOFTEXT|>") is no special token.
 */
function lowercasedByLetter(library: Library): Library {
  const { normalizer } = library
  if (!normalizer || normalizer('A') !== 'a') return library
  const special = new Set([...library.get_added_tokens_decoder().values()].filter(t => !t.normalized).map(t => t.content))
  const patched = (text: string) => {
    const out = normalizer(text.replaceAll('\u03a3', '\u03c3'))
    // The leading space keeps it from being looked up whole; the pre-tokenizer drops it.
    return special.has(out) ? ` ${out}` : out
  }
  library.normalizer = patched as unknown as typeof normalizer
  return library
}

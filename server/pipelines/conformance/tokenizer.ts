import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readTokenizer } from '../../models/tokenizer.js'
import { summary, type CaseResult, type ConformanceResult } from './result.js'

interface Item { readonly i?: number; readonly text: string; readonly ids: readonly number[]; readonly ids77?: readonly number[]; readonly attention77?: number; readonly ids77_pad0?: readonly number[] | null }

/**
 * Every string of a file of golden strings, with the tokenizer in `folder`, or in the folder `tokenizer` that lies beside the file's own.
 * The plain ids, those padded or cut to 77, and those padded with "!" (id 0) as Stable Diffusion 2 does must be equal.
 */
export function runTokenizerConformance(file: string, folder?: string): ConformanceResult {
  const places = [folder, join(dirname(file), '../tokenizer'), join(dirname(file), 'tokenizer'), dirname(file)].filter(p => p !== undefined)
  const at = places.find(p => existsSync(join(p, 'tokenizer.json')) || existsSync(join(p, 'vocab.json')))
  if (!at) throw new RangeError(`No tokenizer lies in ${places.join(', ')}. Name its folder.`)
  const tokenizer = readTokenizer(at)
  const paddedByFirst = readTokenizer(at, { pad: '!' })
  const { items } = JSON.parse(readFileSync(file, 'utf8')) as { items: readonly Item[] }
  return summary(items.map((item, index): CaseResult => {
    const own = tokenizer.ids(item.text)
    const wrong = [
      different(own, item.ids),
      item.ids77 && different(tokenizer.padded(item.text, item.ids77.length), item.ids77),
      item.attention77 !== undefined && Math.min(own.length, 77) !== item.attention77,
      item.ids77_pad0 && different(paddedByFirst.padded(item.text, item.ids77_pad0.length), item.ids77_pad0),
    ].filter(Boolean).length
    return {
      id: `tokenizer/${item.i ?? index}`, status: wrong ? 'failed' : 'passed', error: wrong, tolerance: 0,
      reason: wrong ? `${JSON.stringify(item.text.slice(0, 60))}: got ${own.slice(0, 20).join(' ')}, expected ${item.ids.slice(0, 20).join(' ')}` : 'ids equal',
    }
  }))
}

const different = (a: readonly number[], b: readonly number[]): boolean => a.length !== b.length || a.some((v, i) => v !== b[i])

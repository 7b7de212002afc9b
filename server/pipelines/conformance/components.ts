import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ModelFolder } from '../../models/folder.js'
import { readTokenizer } from '../../models/tokenizer.js'
import { toTensor, toValue } from '../../models/value.js'
import type { SessionProvider } from '../../sessions/session.js'
import { evaluate } from './formula.js'
import { readNpy } from './npy.js'
import { attempt, judge, largestDifference, type CaseResult, type Check } from './result.js'

interface Output { readonly dtype?: string; readonly shape: readonly number[]; readonly sum: number; readonly sum_abs: number; readonly sum_sq: number; readonly weighted: number; readonly min: number; readonly max: number; readonly file?: string; readonly first8: readonly number[]; readonly last8: readonly number[]; readonly max_abs_diff_ort_opt_vs_noopt?: number; readonly tolerance?: number }
interface Case { readonly case: string; readonly inputs: Readonly<Record<string, { readonly formula: string; readonly shape: readonly number[] }>>; readonly outputs: Readonly<Record<string, Output>> }

/** The single networks of a folder on the inputs of reference/submodel/*.json. */
export async function componentCases(folder: ModelFolder, provider: SessionProvider, wanted: (id: string) => boolean): Promise<readonly CaseResult[]> {
  const at = join(folder.path, 'reference/submodel')
  const results: CaseResult[] = []
  for (const file of existsSync(at) ? readdirSync(at).filter(f => f.endsWith('.json') && f !== 'index.json').sort() : []) {
    const component = basename(file, '.json')
    const { cases } = JSON.parse(readFileSync(join(at, file), 'utf8')) as { cases: readonly Case[] }
    const chosen = cases.map(one => ({ one, id: `${folder.name}/${component}/${one.case}` })).filter(c => wanted(c.id))
    const part = folder.parts.get(component)
    if (!part) { results.push(...chosen.map(({ id }): CaseResult => ({ id, status: 'failed', error: null, tolerance: null, reason: `The folder has no ${component}.` }))); continue }
    if (!chosen.length) continue
    let session: Awaited<ReturnType<SessionProvider['open']>> | undefined
    for (const { one, id } of chosen) results.push(await attempt(id, async () => {
      session ??= await provider.open(part.file)
      const feeds = Object.fromEntries(Object.entries(one.inputs).map(([name, { formula, shape }]) => {
        const port = session!.inputs.find(i => i.name === name)
        if (!port) throw new RangeError(`${component} takes no "${name}".`)
        return [name, toValue(evaluate(formula, shape, tokensOf(folder, component)), port.type)]
      }))
      const out = await session.run(feeds)
      return judge(id, Object.entries(one.outputs).flatMap(([name, want]) => compare(name, toTensor(out[name]!).data, want, folder.path)))
    }))
    await session?.close()
  }
  return results
}

const tokensOf = (folder: ModelFolder, component: string) => (texts: readonly string[], length: number): readonly number[] => {
  const at = folder.tokenizers.get(component.replace('text_encoder', 'tokenizer')) ?? [...folder.tokenizers.values()][0]
  if (!at) throw new RangeError(`${folder.name} has no tokenizer.`)
  const tokenizer = readTokenizer(at)
  return texts.flatMap(text => tokenizer.padded(text, length))
}

/**
 * Twenty times what ONNX Runtime's own optimisation changes, at least 1e-5 of the largest value: another order of summation may move that much.
 * In half precision at least four units in the last place of the largest value: each layer rounds to eleven bits.
 */
function compare(name: string, got: Float32Array, want: Output, root: string): readonly Check[] {
  const largest = Math.max(Math.abs(want.min), Math.abs(want.max))
  const tolerance = want.tolerance ?? Math.max(20 * (want.max_abs_diff_ort_opt_vs_noopt ?? 0), (want.dtype === 'float16' ? 4 * 2 ** -11 : 1e-5) * largest)
  if (want.file && existsSync(join(root, want.file))) return [{ what: name, error: largestDifference(got, readNpy(join(root, want.file)).data), tolerance }]
  // Without the tensor: its ends, and its mean, which moves no more than its values do.
  const mean = (f: (v: number, i: number) => number) => got.reduce((sum, v, i) => sum + f(v, i), 0) / got.length
  return [
    { what: `${name}, first and last`, error: largestDifference([...got.slice(0, 8), ...got.slice(-8)], [...want.first8, ...want.last8]), tolerance },
    { what: `${name}, mean`, error: Math.abs(mean(v => v) - want.sum / got.length), tolerance },
    { what: `${name}, mean magnitude`, error: Math.abs(mean(Math.abs) - want.sum_abs / got.length), tolerance },
    { what: `${name}, weighted mean`, error: Math.abs(mean((v, i) => v * Math.cos(0.1 * i)) - want.weighted / got.length), tolerance },
    { what: `${name}, range`, error: largestDifference([got.reduce((a, b) => Math.min(a, b)), got.reduce((a, b) => Math.max(a, b))], [want.min, want.max]), tolerance },
  ]
}

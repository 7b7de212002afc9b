import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createEngine, type Engine } from '../engine.js'
import { tensor } from '../graph/numbers.js'
import { size, type ElementType, type Tensor } from '../graph/value.js'
import { type CaseResult, type Configuration, type ConformanceResult } from './onnx.js'

interface Input { readonly formula: string; readonly shape: readonly number[]; readonly dtype: ElementType }
interface Output { readonly file?: string; readonly shape: readonly number[]; readonly first8: readonly number[]; readonly last8: readonly number[]; readonly sum: number; readonly min: number; readonly max: number; readonly max_abs_diff_ort_opt_vs_noopt: number }
interface Cases { readonly component: string; readonly cases: readonly { readonly case: string; readonly inputs: Readonly<Record<string, Input>>; readonly outputs: Readonly<Record<string, Output>> }[] }

/** CLIP's tokens of a text, padded to a length. */
export type Tokens = (text: string, length: number) => readonly number[]
const prompt = /^CLIP tokens of (\[.*\]) padded to \d+$/

/**
 * Runs the component cases of pipeline folders: below `path`, every `MODEL/reference/submodel/COMPONENT.json` against `MODEL/COMPONENT/model.onnx`.
 * The tolerance is 20 times the reference's own difference with and without optimisation, at least 1e-5 of the largest value.
 */
export async function runComponentConformance(path: string, configuration: Configuration = { build: 'auto', threads: 2, passes: true }, tokens?: Tokens): Promise<ConformanceResult> {
  const engine = await createEngine({ build: configuration.build, threads: configuration.threads }), cases: CaseResult[] = []
  try {
    for (const model of (await readdir(path, { withFileTypes: true })).filter(e => e.isDirectory()).map(e => join(path, e.name)).sort()) {
      const files = await readdir(join(model, 'reference/submodel')).catch(() => [])
      for (const f of files.filter(n => n.endsWith('.json')).sort()) cases.push(...await runComponent(engine, model, join(model, 'reference/submodel', f), configuration.passes, tokens))
    }
  } finally { await engine.close() }
  const count = (s: CaseResult['status']): number => cases.filter(c => c.status === s).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), cases }
}

async function runComponent(engine: Engine, model: string, file: string, passes: boolean, tokens?: Tokens): Promise<CaseResult[]> {
  const { component, cases } = JSON.parse(await readFile(file, 'utf8')) as Cases, results: CaseResult[] = []
  const session = await engine.load(join(model, component, 'model.onnx'), { passes })
  for (const c of cases) {
    const id = `${basename(model)}/${component}/${c.case}`
    let error = 0, worst = { relative: 1e-5, absolute: 0 }
    if (!tokens && Object.values(c.inputs).some(i => prompt.test(i.formula))) { results.push({ id, status: 'skipped', error: null, tolerance: worst, reason: 'its input is a prompt, and no tokenizer was given' }); continue }
    try {
      const out = await session.run(Object.fromEntries(Object.entries(c.inputs).map(([k, i]) => [k, inputOf(i, tokens)])))
      for (const [name, want] of Object.entries(c.outputs)) {
        const got = out[name] as Tensor, most = Math.max(Math.abs(want.min), Math.abs(want.max)), allowed = Math.max(20 * want.max_abs_diff_ort_opt_vs_noopt, 1e-5 * most)
        if (String(got.shape) !== String(want.shape)) throw new Error(`"${name}" has the shape [${got.shape}] instead of [${want.shape}]`)
        const difference = want.file ? largest(got.data, npy(await readFile(join(model, want.file)))) : Math.max(largest(got.data.slice(0, 8), want.first8), largest(got.data.slice(-8), want.last8))
        if (difference / allowed >= error) worst = { relative: 0, absolute: allowed }
        error = Math.max(error, difference / allowed)
      }
      results.push(error <= 1 ? { id, status: 'passed', error, tolerance: worst } : { id, status: 'failed', error, tolerance: worst, reason: `an output differs by ${error.toFixed(1)} times what is allowed` })
    } catch (e) { results.push({ id, status: 'failed', error: null, tolerance: worst, reason: e instanceof Error ? e.message : String(e) }) }
  }
  await session.close()
  return results
}

const largest = (a: ArrayLike<number | bigint>, b: ArrayLike<number>): number => { let d = 0; for (let i = 0; i < b.length; i++) { const e = Math.abs(Number(a[i]) - b[i]!); d = e > d || Number.isNaN(e) ? e : d } return Number.isNaN(d) ? Infinity : d }

/** `closed(k=K[, amp=A])`, `closed_ids(k=K)`, or literal values; see the folder's README. */
function inputOf({ formula, shape, dtype }: Input, tokens?: Tokens): Tensor {
  const n = size(shape), [, kind, k, amp] = /^(closed|closed_ids)\(k=([\d.]+)(?:, *amp=([\d.]+))?\)$/.exec(formula) ?? []
  if (kind === 'closed') return tensor(dtype, shape, Float64Array.from({ length: n }, (_, i) => Number(amp ?? 1) * Math.sin(0.37 * i + 1.3 * Number(k) + 0.5) * Math.cos(0.0113 * i + Number(k))))
  if (kind === 'closed_ids') return tensor(dtype, shape, Float64Array.from({ length: n }, (_, i) => (7919 * i + 104729 * (Number(k) + 1)) % 49406))
  const [, texts] = prompt.exec(formula) ?? []
  if (texts) return tensor(dtype, shape, (JSON.parse(texts.replaceAll('\'', '"')) as string[]).flatMap(t => tokens!(t, shape[1]!)))
  const literal = JSON.parse(formula) as number | number[]
  return tensor(dtype, shape, (Array.isArray(literal) ? literal : [literal]).flat(Infinity) as number[])
}

/** A .npy file of version 1 with floats, little endian, C order. */
function npy(bytes: Uint8Array): Float32Array {
  const header = bytes[8]! + bytes[9]! * 256, text = new TextDecoder().decode(bytes.subarray(10, 10 + header))
  if (!text.includes('\'<f4\'') || text.includes('True')) throw new Error('the reference is not float32 in C order')
  return new Float32Array(Uint8Array.from(bytes.subarray(10 + header)).buffer)
}

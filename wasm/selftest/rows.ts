import { type Machine, type Outcome, deviation, f32, values } from './machine.js'

const rows = 3, n = 29, epsilon = 1e-5
const outcome = (name: string, got: Float32Array, expected: ArrayLike<number>): Outcome => ({ name, error: deviation(got, expected), tolerance: 1e-5 })

/** Plain normalisations of rows, and reductions of [outer, n, inner] along the middle. */
export default (on: Machine): Outcome[] => {
  const x = values(rows * n, 1).map(v => 3 * v), at = on.put(x), y = on.room(x.length), row = (i: number): Float32Array => x.subarray(i - i % n, i - i % n + n)
  const scale = values(n, 2), shift = values(n, 3), [s, b] = [on.put(scale), on.put(shift)]
  const normal = (v: number, i: number): number => { const r = row(i), mean = r.reduce((p, q) => p + q, 0) / n; return (v - mean) / Math.sqrt(r.reduce((p, q) => p + (q - mean) ** 2, 0) / n + epsilon) }
  const sum = (i: number): number => row(i).reduce((p, q) => p + Math.exp(q), 0)
  const done = (name: string, kernel: string, words: Parameters<Machine['call']>[1], f: (v: number, i: number) => number): Outcome => { on.call(kernel, words, rows); return outcome(name, on.read(y, x.length), Float64Array.from(x, f)) }
  return [
    done('f32_softmax', 'f32_softmax', [at, y, n, 0], (v, i) => Math.exp(v) / sum(i)),
    done('f32_softmax, logarithms', 'f32_softmax', [at, y, n, 1], (v, i) => v - Math.log(sum(i))),
    done('f32_norm_rows', 'f32_norm_rows', [at, y, n, f32(epsilon), s, b, 0], (v, i) => normal(v, i) * scale[i % n]! + shift[i % n]!),
    done('f32_norm_rows, one scale a row', 'f32_norm_rows', [at, y, n, f32(epsilon), s, b, 2], (v, i) => normal(v, i) * scale[Math.floor(i / n) % 2]! + shift[Math.floor(i / n) % 2]!),
    ...[0, 1].flatMap(flag => [summed(on, flag, 0), summed(on, flag, 1)]),
    ...reductions.map(({ name, of }, kind) => reduced(on, name, kind, of)),
  ]
}

const total = (v: readonly number[], f: (x: number) => number = x => x): number => v.reduce((s, x) => s + f(x), 0)
/** By number. */
const reductions: readonly { readonly name: string; of(v: readonly number[]): number }[] = [
  { name: 'sum', of: v => total(v) }, { name: 'mean', of: v => total(v) / v.length }, { name: 'max', of: v => Math.max(...v) }, { name: 'min', of: v => Math.min(...v) }, { name: 'product', of: v => v.reduce((p, x) => p * x, 1) },
  { name: 'sum of squares', of: v => total(v, x => x * x) }, { name: 'L1', of: v => total(v, Math.abs) }, { name: 'L2', of: v => Math.sqrt(total(v, x => x * x)) },
]
function reduced(on: Machine, name: string, kind: number, of: (v: readonly number[]) => number): Outcome {
  const outer = 2, m = 5, inner = 67, x = values(outer * m * inner, 4), y = on.room(outer * inner)
  on.call('f32_reduce', [on.put(x), y, m, inner, kind], outer * 2)
  return outcome(`f32_reduce (${name})`, on.read(y, outer * inner), Array.from({ length: outer * inner }, (_, i) => of(Array.from({ length: m }, (_r, k) => x[(Math.floor(i / inner) * m + k) * inner + i % inner]!))))
}

/** [outer, n, inner] along the middle. */
const [outer, inner] = [2, 71] as const
const middle = (x: Float32Array, i: number): number[] => Array.from({ length: n }, (_, k) => x[(Math.floor(i / inner / n) * n + k) * inner + i % inner]!)

function summed(on: Machine, exclusive: number, reverse: number): Outcome {
  const x = values(outer * n * inner, 6), y = on.room(x.length)
  on.call('f32_cumsum', [on.put(x), y, n, inner, exclusive, reverse], outer * 2)
  return outcome(`f32_cumsum${exclusive ? ', exclusive' : ''}${reverse ? ', from the end' : ''}`, on.read(y, x.length), Float64Array.from(x, (_, i) => {
    const k = Math.floor(i / inner) % n, all = middle(x, i)
    return total(reverse ? all.slice(k + exclusive) : all.slice(0, k + 1 - exclusive))
  }))
}

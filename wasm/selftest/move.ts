import { fromBfloat, fromHalf, toBfloat, toHalf } from '../graph/half.js'
import { type Machine, type Outcome, deviation, values } from './machine.js'
import { panels } from './pack.js'

/** What moves values or changes their type is exact. */
const exact = (name: string, got: Float32Array, expected: ArrayLike<number>): Outcome => ({ name, error: deviation(got, expected), tolerance: 0 })

export default (on: Machine): Outcome[] => [...turned(on), strided(on), resized(on), filled(on), gathered(on), ...packed(on), ...casts(on), ...bytes(on)]

/** [2][m][n] as [2][n][m], by three kernels. */
function turned(on: Machine): Outcome[] {
  const batch = 2, m = 7, n = 70, x = values(batch * m * n, 1), at = on.put(x), size = m * n
  const run = (kernel: string, words: readonly number[], tiles: number, rows: number): Outcome => {
    const y = on.room(x.length), columns = size / rows
    on.call(kernel, [at, y, ...words], tiles)
    return exact(kernel, on.read(y, x.length), Array.from({ length: x.length }, (_, i) => { const k = i % size; return x[i - k + k % rows * columns + Math.floor(k / rows)]! }))
  }
  return [run('f32_transpose', [m, n], batch, m), run('f32_to_nhwc', [m, n], batch * 2, m), run('f32_to_nchw', [m, n], batch * 2, n)]
}

/** Backwards in steps of two along the first axis of [6, 5], turned, into the middle of a larger one. */
function strided(on: Machine): Outcome {
  const x = values(30, 2), y = on.put(new Float32Array(40))
  on.call('copy_strided', [on.put(x), y, 4, 25, 3, 1, 1, 1, 1, 5, 3, 0, 0, 0, 0, 1, -10, 0, 0, 0, 0, 7, 1], 5)
  const expected = new Float64Array(40)
  for (let i = 0; i < 5; i++) for (let j = 0; j < 3; j++) expected[3 + i * 7 + j] = x[25 + i - 10 * j]!
  return exact('copy_strided', on.read(y, 40), expected)
}

function resized(on: Machine): Outcome {
  const [batch, h, w, c, sy, sx] = [2, 2, 3, 6, 2, 3] as const, x = values(batch * h * w * c, 3), n = x.length * sy * sx, y = on.room(n)
  on.call('f32_resize_nearest', [on.put(x), y, w, c, sy, sx], batch * h * sy)
  return exact('f32_resize_nearest', on.read(y, n), Array.from({ length: n }, (_, i) => { const p = Math.floor(i / c), column = p % (w * sx), row = Math.floor(p / (w * sx)); return x[(Math.floor(row / sy) * w + Math.floor(column / sx)) * c + i % c]! }))
}

function filled(on: Machine): Outcome {
  const y = on.room(13)
  on.call('fill_words', [y, 13, 0x40490fdb], 1)
  return exact('fill_words', on.read(y, 13), Array.from({ length: 13 }, () => Math.fround(Math.PI)))
}

function gathered(on: Machine): Outcome {
  const x = values(2 * 5 * 3, 4), index = [4, -1, 0, -5], y = on.room(24)
  on.call('gather_rows', [on.put(x), on.put(new Float32Array(Int32Array.from(index).buffer)), y, 4, 5, 12, 0], 8)
  return exact('gather_rows', on.read(y, 24), Array.from({ length: 24 }, (_, i) => x[(Math.floor(i / 12) * 5 + (index[Math.floor(i / 3) % 4]! + 5) % 5) * 3 + i % 3]!))
}

function packed(on: Machine): Outcome[] {
  const k = 6, n = 21, x = values(2 * k * n, 5), at = on.put(x), both = (b: (k: number, n: number, i: number) => number): number[] => [0, 1].flatMap(i => [...panels(k, n, (p, j) => b(p, j, i))])
  const run = (name: string, kernel: string, words: readonly number[], expected: number[]): Outcome => { const y = on.room(expected.length); on.call(kernel, [at, y, ...words], 4); return exact(name, on.read(y, expected.length), expected) }
  return [
    run('f32_pack_panels', 'f32_pack_panels', [k, n, n * 4, 4, k * n * 4, 2, 0], both((p, j, i) => x[(i * k + p) * n + j]!)),
    run('f32_pack_panels, transposed', 'f32_pack_panels', [k, n, 4, k * 4, k * n * 4, 2, 0], both((p, j, i) => x[(i * n + j) * k + p]!)),
    // Two groups of n filters with 2 channels and 3 taps: depth counts taps first, then channels.
    run('f32_pack_conv', 'f32_pack_conv', [n, 2, 3], both((p, j, i) => x[((i * n + j) * 2 + p % 2) * 3 + Math.floor(p / 2)]!)),
  ]
}

/** To each type and back: by number what is left of a value. */
const types: readonly [code: number, left: (v: number) => number][] = [
  [0, v => v], [1, v => fromHalf(toHalf(v))], [2, Math.trunc], [3, Math.trunc], [4, v => v ? 1 : 0], [7, v => v], [8, v => fromBfloat(toBfloat(v))],
]
function casts(on: Machine): Outcome[] {
  const x = values(600, 6).map((v, i) => i % 50 === 0 ? 0 : v * 10 ** (i % 7 - 2)), at = on.put(x), middle = on.room(1200), y = on.room(600)
  return types.map(([code, left]) => {
    on.call('cast', [at, middle, 600, 0, code], 2)
    on.call('cast', [middle, y, 600, code, 0], 2)
    return exact(`cast to type ${code} and back`, on.read(y, 600), Float64Array.from(x, v => Math.fround(left(v))))
  })
}

/** From eight bits, which is the only way that they are cast. */
const bytes = (on: Machine): Outcome[] => [5, 6].map(code => {
  const x = Uint8Array.from({ length: 600 }, (_, i) => i * 37), y = on.room(600)
  on.call('cast', [on.put(new Float32Array(x.buffer)), y, 600, code, 0], 2)
  return exact(`cast from type ${code}`, on.read(y, 600), code === 5 ? x : new Int8Array(x.buffer))
})

import { bigs, isBig, numbers, tensor, wrapBig } from '../../graph/numbers.js'
import { type Tensor } from '../../graph/value.js'

/** Products of matrices, batch by batch: `a` and `b` say which matrix of x and of y. Sums in double precision, or in whole numbers of 64 bits. */
export function products(x: Tensor, y: Tensor, shape: readonly number[], a: readonly number[], b: readonly number[], m: number, k: number, n: number): Tensor {
  if (isBig(x.type)) {
    const xs = x.data as BigInt64Array, ys = y.data as BigInt64Array, out = new Array<bigint>(a.length * m * n).fill(0n)
    a.forEach((_, p) => { for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) {
      let s = 0n
      for (let q = 0; q < k; q++) s += xs[(a[p]! * m + i) * k + q]! * ys[(b[p]! * k + q) * n + j]!
      out[(p * m + i) * n + j] = wrapBig(x.type, s)
    } })
    return { type: x.type, shape, data: bigs(x.type, out) }
  }
  const xs = numbers(x), ys = numbers(y), out = new Float64Array(a.length * m * n)
  a.forEach((_, p) => { for (let i = 0; i < m; i++) for (let q = 0; q < k; q++) {
    const v = xs[(a[p]! * m + i) * k + q]!, from = (b[p]! * k + q) * n, to = (p * m + i) * n
    for (let j = 0; j < n; j++) out[to + j]! += v * ys[from + j]!
  } })
  return tensor(x.type, shape, out)
}

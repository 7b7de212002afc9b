import { type Machine, type Outcome, deviation, values } from './machine.js'
import { panels } from './pack.js'

/** Rows that are left over, a narrow last panel, several passes over k, residual and activation. */
const shapes = [[13, 37, 67, 32, 1, 2], [5, 16, 9, 256, 0, 0], [1, 40, 33, 16, 1, 0], [8, 5, 3, 256, 0, 1]] as const

export default (on: Machine): Outcome[] => shapes.map(([m, n, k, kc, residual, act]) => {
  const batch = 2, a = values(batch * m * k, 1), b = values(batch * k * n, 2), bias = values(n, 3), r = values(batch * m * n, 4)
  const wide = Math.ceil(n / 16) * 16, y = on.room(batch * m * n)
  const packed = [0, 1].flatMap(i => [...panels(k, n, (p, j) => b[(i * k + p) * n + j]!)])
  on.call('f32_gemm', [
    on.put(a), k * 4, m * k * 4, on.put(packed), k * wide * 4, y, n * 4, m * n * 4, on.put(bias), 0,
    residual ? on.put(r) : 0, n * 4, m * n * 4, m, n, k, 8, 32, kc, act, 0,
  ], batch * Math.ceil(m / 8) * Math.ceil(n / 32))
  const expected = Float64Array.from({ length: batch * m * n }, (_, i) => {
    const col = i % n, row = Math.floor(i / n), p = Math.floor(row / m)
    let s = bias[col]! + (residual ? r[i]! : 0)
    for (let j = 0; j < k; j++) s += a[row * k + j]! * b[(p * k + j) * n + col]!
    return act === 1 ? Math.max(0, s) : act === 2 ? s / (1 + Math.exp(-s)) : s
  })
  return { name: `f32_gemm ${m}x${n}x${k}`, error: deviation(on.read(y, expected.length), expected), tolerance: 1e-5 }
})

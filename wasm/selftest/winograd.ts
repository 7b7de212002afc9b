import { type Machine, type Outcome, deviation, f32, values } from './machine.js'
import { type Shape, scalarConv } from './scalar-conv.js'

const shape: Shape = { batch: 2, h: 6, w: 9, c: 72, n: 24, kh: 3, kw: 3, stride: 1, dilation: 1, pad: 1, groups: 1 }

export default (on: Machine): Outcome[] => [4, 2].map(size => {
  const s = shape, { h, w, c, n } = s, frequencies = (size + 2) ** 2, wide = Math.ceil(n / 16) * 16
  const x = values(s.batch * h * w * c, 9), weights = values(n * c * 9, 10), bias = values(n, 11), r = values(s.batch * h * w * n, 12)
  const expected = scalarConv(s, x, weights, bias).map((v, i) => Math.max(-0.5, v + r[i]!))
  const ty = Math.ceil(h / size), tx = Math.ceil(w / size), tiles = s.batch * ty * tx
  const vStride = tiles * c * 4 + 64, mStride = tiles * wide * 4 + 64, y = on.room(expected.length)
  const v = on.room(frequencies * vStride / 4), m = on.room(frequencies * mStride / 4), filter = on.room(frequencies * c * wide)
  on.call('f32_winograd_filter', [on.put(weights), filter, size + 2, n, c], wide / 16)
  on.call(`f32_winograd_f${size}_input`, [on.put(x), v, vStride, h, w, c, 1, 1, ty, tx, 0], tiles * Math.ceil(c / 64))
  on.call('f32_gemm', [v, c * 4, vStride, filter, c * wide * 4, m, wide * 4, mStride, 0, 0, 0, 0, 0, tiles, wide, c, 64, wide, 256, 0, 0], frequencies)
  on.call(`f32_winograd_f${size}_output`, [m, mStride, wide * 4, y, on.put(bias), 0, on.put(r), h, w, n, ty, tx, 0, f32(-0.5)], tiles * Math.ceil(n / 64))
  return { name: `f32_winograd_f${size}`, error: deviation(on.read(y, expected.length), expected), tolerance: 2e-5 }
})

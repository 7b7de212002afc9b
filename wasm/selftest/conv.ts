import { type Machine, type Outcome, deviation, values } from './machine.js'
import { panels } from './pack.js'
import { type Shape, extent, scalarConv } from './scalar-conv.js'

const shapes: readonly Shape[] = [
  { batch: 2, h: 5, w: 7, c: 3, n: 20, kh: 3, kw: 3, stride: 1, dilation: 1, pad: 1, groups: 1 },
  { batch: 1, h: 9, w: 6, c: 12, n: 6, kh: 3, kw: 2, stride: 2, dilation: 2, pad: 1, groups: 3 },
  { batch: 1, h: 3, w: 3, c: 260, n: 17, kh: 1, kw: 1, stride: 1, dilation: 1, pad: 0, groups: 1 },
]
const depthwise: Shape = { batch: 2, h: 5, w: 6, c: 11, n: 11, kh: 3, kw: 3, stride: 1, dilation: 1, pad: 1, groups: 11 }

export default (on: Machine): Outcome[] => [...shapes.map(s => general(on, s)), dwconv(on, depthwise)]

function general(on: Machine, s: Shape): Outcome {
  const oh = extent(s.h, s.kh, s), ow = extent(s.w, s.kw, s), c = s.c / s.groups, n = s.n / s.groups, taps = s.kh * s.kw
  const x = values(s.batch * s.h * s.w * s.c, 5), w = values(s.n * c * taps, 6), bias = values(s.n, 7), r = values(s.batch * oh * ow * s.n, 8)
  const expected = scalarConv(s, x, w, bias).map((v, i) => Math.max(0, v + r[i]!))
  const groups = Array.from({ length: s.groups }, (_, g) => g)
  const b = groups.flatMap(g => [...panels(taps * c, n, (k, j) => w[((g * n + j) * c + k % c) * taps + Math.floor(k / c)]!)])
  const y = on.room(expected.length)
  on.call('f32_conv', [
    on.put(x), on.put(b), y, on.put(bias), 0, on.put(r),
    s.h, s.w, c, oh, ow, n, s.groups, s.kh, s.kw, s.stride, s.stride, s.dilation, s.dilation, s.pad, s.pad, 8, 16, 1, 0,
  ], s.batch * s.groups * Math.ceil(n / 16) * Math.ceil(oh * ow / 8))
  return { name: `f32_conv ${s.kh}x${s.kw} of ${s.c}`, error: deviation(on.read(y, expected.length), expected), tolerance: 1e-5 }
}

function dwconv(on: Machine, s: Shape): Outcome {
  const oh = extent(s.h, s.kh, s), ow = extent(s.w, s.kw, s), taps = s.kh * s.kw
  const x = values(s.batch * s.h * s.w * s.c, 5), w = values(s.n * taps, 6), bias = values(s.n, 7)
  const expected = scalarConv(s, x, w, bias), y = on.room(expected.length)
  const b = Float32Array.from({ length: w.length }, (_, i) => w[i % s.c * taps + Math.floor(i / s.c)]!)
  on.call('f32_dwconv', [on.put(x), on.put(b), y, on.put(bias), s.h, s.w, s.c, oh, ow, s.kh, s.kw, s.stride, s.stride, s.dilation, s.dilation, s.pad, s.pad], s.batch * oh)
  return { name: 'f32_dwconv', error: deviation(on.read(y, expected.length), expected), tolerance: 1e-5 }
}

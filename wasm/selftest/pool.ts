import { type Machine, type Outcome, deviation, values } from './machine.js'

interface Shape { readonly h: number; readonly w: number; readonly c: number; readonly kh: number; readonly kw: number; readonly stride: number; readonly dilation: number; readonly pads: readonly [number, number, number, number] }
const batch = 2
const shapes: readonly Shape[] = [
  { h: 6, w: 5, c: 19, kh: 3, kw: 2, stride: 2, dilation: 1, pads: [1, 1, 1, 0] },
  { h: 7, w: 9, c: 33, kh: 2, kw: 3, stride: 1, dilation: 2, pads: [1, 2, 0, 2] },
]

export default (on: Machine): Outcome[] => shapes.flatMap(s => ['max', 'mean', 'padded mean'].map((_, kind) => pool(on, s, kind)))

function pool(on: Machine, s: Shape, kind: number): Outcome {
  const [top, left, bottom, right] = s.pads, extent = (n: number, k: number, pads: number): number => Math.floor((n + pads - (k - 1) * s.dilation - 1) / s.stride) + 1
  const oh = extent(s.h, s.kh, top + bottom), ow = extent(s.w, s.kw, left + right), x = values(batch * s.h * s.w * s.c, 9), y = on.room(batch * oh * ow * s.c)
  const expected = Float64Array.from({ length: batch * oh * ow * s.c }, (_, i) => {
    const c = i % s.c, ox = Math.floor(i / s.c) % ow, oy = Math.floor(i / s.c / ow) % oh, b = Math.floor(i / s.c / ow / oh), inside: number[] = []
    let places = 0
    for (let ky = 0; ky < s.kh; ky++) for (let kx = 0; kx < s.kw; kx++) {
      const iy = oy * s.stride - top + ky * s.dilation, ix = ox * s.stride - left + kx * s.dilation
      if (iy < s.h + bottom && ix < s.w + right) places++
      if (iy >= 0 && iy < s.h && ix >= 0 && ix < s.w) inside.push(x[((b * s.h + iy) * s.w + ix) * s.c + c]!)
    }
    return kind === 0 ? Math.max(...inside) : inside.reduce((p, q) => p + q, 0) / (kind === 1 ? inside.length : places)
  })
  on.call('f32_pool', [on.put(x), y, s.h, s.w, s.c, oh, ow, s.kh, s.kw, s.stride, s.stride, s.dilation, s.dilation, top, left, bottom, right, kind], batch * oh)
  return { name: `f32_pool of ${s.c}, kind ${kind}`, error: deviation(on.read(y, expected.length), expected), tolerance: 1e-6 }
}

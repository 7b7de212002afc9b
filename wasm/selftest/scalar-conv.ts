export interface Shape { batch: number; h: number; w: number; c: number; n: number; kh: number; kw: number; stride: number; dilation: number; pad: number; groups: number }
export const extent = (size: number, k: number, s: Shape): number => Math.floor((size + 2 * s.pad - (k - 1) * s.dilation - 1) / s.stride) + 1

/** Convolution of NHWC by the definition; weights [n][c / groups][kh][kw]. */
export function scalarConv(s: Shape, x: Float32Array, w: Float32Array, bias: Float32Array): Float64Array {
  const oh = extent(s.h, s.kh, s), ow = extent(s.w, s.kw, s), c = s.c / s.groups, n = s.n / s.groups
  return Float64Array.from({ length: s.batch * oh * ow * s.n }, (_, i) => {
    const o = i % s.n, ox = Math.floor(i / s.n) % ow, oy = Math.floor(i / s.n / ow) % oh, b = Math.floor(i / s.n / ow / oh), g = Math.floor(o / n)
    let sum = bias[o]!
    for (let ky = 0; ky < s.kh; ky++) for (let kx = 0; kx < s.kw; kx++) {
      const y = oy * s.stride - s.pad + ky * s.dilation, xx = ox * s.stride - s.pad + kx * s.dilation
      if (y < 0 || xx < 0 || y >= s.h || xx >= s.w) continue
      for (let j = 0; j < c; j++) sum += x[((b * s.h + y) * s.w + xx) * s.c + g * c + j]! * w[((o * c + j) * s.kh + ky) * s.kw + kx]!
    }
    return sum
  })
}

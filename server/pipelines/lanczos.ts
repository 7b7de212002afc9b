import type { Tensor } from '../../plugins/sdk/index.js'

/**
 * Resizes pictures, [batch, channels, height, width] from -1 to 1, as Pillow's LANCZOS does for 8-bit pictures: rows first, then columns, a filter of
 * three lobes that widens when the picture shrinks, and whole grey levels after each pass. What diffusers' image processors use.
 */
export function resizeLanczos({ shape, data }: Tensor, width: number, height: number): Tensor {
  const [batch, channels, h, w] = shape as [number, number, number, number]
  const planes = batch * channels
  const grey = Float32Array.from(data, v => Math.round((v + 1) * 127.5))
  const rows = pass(grey, planes * h, w, width)
  // Columns: each picture plane is read with a stride.
  const columns = new Float32Array(planes * height * width)
  for (let p = 0; p < planes; p++) columns.set(transposed(pass(transposed(rows.subarray(p * h * width, (p + 1) * h * width), h, width), width, h, height), width, height), p * height * width)
  return { shape: [batch, channels, height, width], data: columns.map(v => v / 127.5 - 1) }
}

/** `count` lines of `from` values, resampled to `to` values each. */
function pass(lines: Float32Array, count: number, from: number, to: number): Float32Array {
  if (from === to) return lines
  const scale = Math.max(1, from / to)
  const support = 3 * scale
  const taps = Array.from({ length: to }, (_, i) => {
    const centre = ((i + 0.5) * from) / to
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const last = Math.min(from, Math.trunc(centre + support + 0.5))
    const weights = Array.from({ length: last - first }, (_, k) => lanczos((first + k - centre + 0.5) / scale))
    const sum = weights.reduce((a, b) => a + b, 0)
    return { first, weights: weights.map(v => v / sum) }
  })
  const out = new Float32Array(count * to)
  for (let line = 0; line < count; line++) for (let i = 0; i < to; i++) {
    const { first, weights } = taps[i]!
    let sum = 0
    for (let k = 0; k < weights.length; k++) sum += weights[k]! * lines[line * from + first + k]!
    out[line * to + i] = Math.min(255, Math.max(0, Math.round(sum)))
  }
  return out
}

function transposed(plane: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(plane.length)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = plane[r * columns + c]!
  return out
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))
const lanczos = (x: number) => (x > -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0)

import type { Tensor } from '../../plugins/sdk/index.js'

/**
 * Enlarges pictures, [b, c, h, w], with Keys' cubic convolution, a = -0.5; at the borders the weights that lie inside are brought to a sum of one, as Pillow and
 * PyTorch's filter against aliasing do.
 */
export function enlarged({ shape, data }: Tensor, height: number, width: number): Tensor {
  const [h, w] = shape.slice(-2) as [number, number]
  const [rows, columns] = [taps(h, height), taps(w, width)]
  const planes = data.length / (h * w)
  const out = new Float32Array(planes * height * width)
  let at = 0
  for (let p = 0; p < planes; p++) for (const row of rows) for (const column of columns) {
    let sum = 0
    for (const [y, a] of row) for (const [x, b] of column) sum += a * b * data[(p * h + y) * w + x]!
    out[at++] = sum
  }
  return { shape: [...shape.slice(0, -2), height, width], data: out }
}

function taps(from: number, to: number): (readonly [index: number, weight: number])[][] {
  return Array.from({ length: to }, (_, i) => {
    const centre = ((i + 0.5) * from) / to
    const first = Math.max(0, Math.floor(centre - 1.5))
    const some = Array.from({ length: Math.min(from, Math.floor(centre + 2.5)) - first }, (_, k) => [first + k, cubic(Math.abs(first + k + 0.5 - centre))] as const)
    const sum = some.reduce((s, [, weight]) => s + weight, 0)
    return some.map(([index, weight]) => [index, weight / sum] as const)
  })
}

const cubic = (d: number) => (d < 1 ? (1.5 * d - 2.5) * d * d + 1 : d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0)

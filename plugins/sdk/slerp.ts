import { mix, type Tensor } from './tensor.js'

/**
 * Noise between that of one seed and that of another, on the arc between them so that it keeps its
 * length (Shoemake 1985). `share` 0 is the first, 1 the other. Nearly parallel tensors are mixed on the straight line.
 */
export function slerp(share: number, from: Tensor, to: Tensor): Tensor {
  let [dot, a, b] = [0, 0, 0]
  for (let i = 0; i < from.data.length; i++) {
    dot += from.data[i]! * to.data[i]!
    a += from.data[i]! ** 2
    b += to.data[i]! ** 2
  }
  const cosine = Math.min(1, Math.max(-1, dot / Math.sqrt(a * b)))
  if (!(Math.abs(cosine) < 0.9995)) return mix([1 - share, from], [share, to])
  const angle = Math.acos(cosine)
  return mix([Math.sin((1 - share) * angle) / Math.sin(angle), from], [Math.sin(share * angle) / Math.sin(angle), to])
}

import { mix, type Tensor } from '../../../plugins/sdk/index.js'

/**
 * A variation of a picture: noise between that of its seed and that of another, on the arc between them so that it keeps its
 * length (Shoemake 1985). `strength` 0 is the first, 1 the other. Nearly parallel tensors are mixed on the straight line.
 */
export function slerp(strength: number, from: Tensor, to: Tensor): Tensor {
  let [dot, a, b] = [0, 0, 0]
  for (let i = 0; i < from.data.length; i++) {
    dot += from.data[i]! * to.data[i]!
    a += from.data[i]! ** 2
    b += to.data[i]! ** 2
  }
  const cosine = Math.min(1, Math.max(-1, dot / Math.sqrt(a * b)))
  if (!(Math.abs(cosine) < 0.9995)) return mix([1 - strength, from], [strength, to])
  const angle = Math.acos(cosine)
  return mix([Math.sin((1 - strength) * angle) / Math.sin(angle), from], [Math.sin(strength * angle) / Math.sin(angle), to])
}

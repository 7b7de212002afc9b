import { int64, list, numbers } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { op } from './op.js'

export default op({
  name: 'NonMaxSuppression', since: 10, attrs: { center_point_box: 0 },
  compute([boxes, scores, most, overlap, least], { center_point_box: centred }) {
    const b = numbers(boxes as Tensor), s = numbers(scores as Tensor), [batch, classes, n] = (scores as Tensor).shape as [number, number, number], limit = most ? list(most as Tensor)[0]! : 0, iou = overlap ? numbers(overlap as Tensor)[0]! : 0, floor = least ? numbers(least as Tensor)[0]! : -Infinity, out: number[] = []
    const box = (i: number, k: number): number[] => {
      const [p, q, r, t] = [0, 1, 2, 3].map(e => b[(i * n + k) * 4 + e]!) as [number, number, number, number]
      return centred ? [q - t / 2, p - r / 2, q + t / 2, p + r / 2] : [Math.min(p, r), Math.min(q, t), Math.max(p, r), Math.max(q, t)]
    }
    const shared = (a: number[], c: number[]): number => {
      const h = Math.max(0, Math.min(a[2]!, c[2]!) - Math.max(a[0]!, c[0]!)), w = Math.max(0, Math.min(a[3]!, c[3]!) - Math.max(a[1]!, c[1]!)), area = (d: number[]): number => (d[2]! - d[0]!) * (d[3]! - d[1]!)
      return h * w / (area(a) + area(c) - h * w)
    }
    for (let i = 0; i < batch; i++) for (let c = 0; c < classes; c++) {
      const score = (k: number): number => s[(i * classes + c) * n + k]!, order = Array.from({ length: n }, (_, k) => k).filter(k => score(k) > floor).sort((p, q) => score(q) - score(p) || p - q), kept: number[] = []
      for (const k of order) { if (kept.length >= limit) break; if (kept.every(o => !(shared(box(i, o), box(i, k)) > iou))) kept.push(k) }
      for (const k of kept) out.push(i, c, k)
    }
    return [int64(out, [out.length / 3, 3])]
  },
})

import { even } from '../graph/half.js'
import { numbers, tensor } from '../graph/numbers.js'
import { size, type Tensor } from '../graph/value.js'
import { op } from './op.js'
import { cubicWeights, reflect, wrapIndex, type Border } from './families/sample.js'

export default op({
  name: 'GridSample', since: 16, attrs: { align_corners: 0, mode: 'linear', padding_mode: 'zeros' },
  infer: ([x, grid]) => [{ type: x!.type, shape: [x!.shape[0]!, x!.shape[1]!, ...grid!.shape.slice(1, -1)] }],
  compute([x, grid], a) {
    const t = x as Tensor, g = grid as Tensor, [batch, c] = t.shape as [number, number], space = t.shape.slice(2), rank = space.length, area = size(space), places = size(g.shape.slice(1, -1)), v = numbers(t), p = numbers(g), corners = a.align_corners !== 0, border = a.padding_mode as Border
    const cubic = a.mode === 'cubic' || a.mode === 'bicubic', out = new Float64Array(batch * c * places)
    for (let b = 0; b < batch; b++) for (let i = 0; i < places; i++) {
      // The grid names x first, which is the last axis. For each axis: which positions, with which weights.
      const taps = space.map((n, d) => {
        const raw = p[(b * places + i) * rank + rank - 1 - d]!, q = corners ? (raw + 1) / 2 * (n - 1) : ((raw + 1) * n - 1) / 2
        const at = cubic ? q : border === 'border' ? Math.min(n - 1, Math.max(0, q)) : border === 'reflection' ? Math.min(n - 1, Math.max(0, reflect(q, corners ? 0 : -0.5, corners ? n - 1 : n - 0.5))) : q
        if (a.mode === 'nearest') return [[wrapIndex(even(at), n, border, corners), 1]]
        const low = Math.floor(at), f = at - low
        return cubic ? cubicWeights(f).map((w, k) => [wrapIndex(low - 1 + k, n, border, corners), w]) : [[wrapIndex(low, n, border, corners), 1 - f], [wrapIndex(low + 1, n, border, corners), f]]
      })
      let points: [number, number][] = [[0, 1]]
      taps.forEach((list, d) => { points = points.flatMap(([o, w]) => list.flatMap(([k, u]) => k! < 0 || u === 0 ? [] : [[o * space[d]! + k!, w * u!] as [number, number]])) })
      for (let k = 0; k < c; k++) {
        let s = 0
        for (const [o, w] of points) s += w * v[(b * c + k) * area + o]!
        out[(b * c + k) * places + i] = s
      }
    }
    return [tensor(t.type, [batch, c, ...g.shape.slice(1, -1)], out)]
  },
})

import { numbers, tensor } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { op } from './op.js'

/** By elimination with partial pivoting. */
export default op({
  name: 'Det', since: 11, attrs: {},
  infer([x]) {
    const [rows, columns] = x!.shape.slice(-2)
    if (x!.shape.length < 2 || rows !== columns) throw new Error(`[${x!.shape}] are no square matrices`)
    return [{ type: x!.type, shape: x!.shape.slice(0, -2) }]
  },
  compute([x]) {
    const t = x as Tensor, n = t.shape.at(-1)!, v = numbers(t), out: number[] = []
    for (let at = 0; at < v.length; at += n * n) {
      const m = Array.from({ length: n }, (_, r) => Array.from({ length: n }, (_c, c) => v[at + r * n + c]!))
      let det = 1
      for (let k = 0; k < n; k++) {
        let p = k
        for (let r = k + 1; r < n; r++) if (Math.abs(m[r]![k]!) > Math.abs(m[p]![k]!)) p = r
        if (m[p]![k] === 0) { det = 0; break }
        if (p !== k) { [m[p], m[k]] = [m[k]!, m[p]!]; det = -det }
        det *= m[k]![k]!
        for (let r = k + 1; r < n; r++) { const f = m[r]![k]! / m[k]![k]!; for (let c = k; c < n; c++) m[r]![c]! -= f * m[k]![c]! }
      }
      out.push(det)
    }
    return [tensor(t.type, t.shape.slice(0, -2), out)]
  },
})

import { list, numbers, tensor } from '../graph/numbers.js'
import { computable, size, type Tensor } from '../graph/value.js'
import { op } from './op.js'

/** For each place of a picture (or volume) of the given size, where an affine map sends it, in coordinates from -1 to 1. */
export default op({
  name: 'AffineGrid', since: 20, attrs: { align_corners: 0 },
  values: [1],
  infer: ([theta, dims]) => { const [batch, , ...space] = list(dims!.value) as [number, number, ...number[]]; return [{ type: theta!.type, shape: [batch, ...space, space.length] }] },
  compute([theta, dims], { align_corners: corners }) {
    const t = theta as Tensor, shape = list(dims as Tensor), batch = shape[0]!, space = shape.slice(2), rank = space.length, m = numbers(t), n = size(space)
    const out = new Float64Array(computable([batch, ...space, rank])), at = new Float64Array(rank)
    for (let b = 0; b < batch; b++) for (let i = 0; i < n; i++) {
      // x is the last axis.
      for (let a = rank - 1, r = i; a >= 0; a--) { const d = space[a]!, k = r % d; r = Math.floor(r / d); at[rank - 1 - a] = corners ? d === 1 ? 0 : -1 + 2 * k / (d - 1) : (2 * k + 1) / d - 1 }
      for (let r = 0; r < rank; r++) {
        const row = (b * rank + r) * (rank + 1)
        let s = m[row + rank]!
        for (let k = 0; k < rank; k++) s += at[k]! * m[row + k]!
        out[(b * n + i) * rank + r] = s
      }
    }
    return [tensor(t.type, [batch, ...space, rank], out)]
  },
})

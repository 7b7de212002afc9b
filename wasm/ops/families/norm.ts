import { numbers } from '../../graph/numbers.js'
import { size, type Tensor } from '../../graph/value.js'

/** Rows of n values to zero mean and unit variance; also the means and the inverse deviations. */
export function normalised(x: Tensor, n: number, epsilon: number, centred = true): { values: Float64Array; means: Float64Array; inverses: Float64Array } {
  const v = numbers(x), rows = n ? size(x.shape) / n : 0, values = new Float64Array(v.length), means = new Float64Array(rows), inverses = new Float64Array(rows)
  for (let r = 0; r < rows; r++) {
    let sum = 0, squares = 0
    if (centred) for (let i = 0; i < n; i++) sum += v[r * n + i]!
    const mean = sum / n
    for (let i = 0; i < n; i++) squares += (v[r * n + i]! - mean) ** 2
    const inverse = 1 / Math.sqrt(squares / n + epsilon)
    for (let i = 0; i < n; i++) values[r * n + i] = (v[r * n + i]! - mean) * inverse
    means[r] = mean
    inverses[r] = inverse
  }
  return { values, means, inverses }
}

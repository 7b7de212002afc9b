/** Shapes: broadcasting, strides, axes. */

/** Dimensions that a tensor may have. */
export const mostDimensions = 64

/** Throws where a dimension is negative or no whole number, where there are too many, or where no memory could hold the tensor. */
export function checkPossible(shape: readonly number[]): void {
  if (shape.length > mostDimensions) throw new Error(`the result would have ${shape.length} dimensions; at most ${mostDimensions} are allowed`)
  let n = 1
  for (const d of shape) {
    if (!Number.isSafeInteger(d) || d < 0) throw new Error(`the result would have the impossible shape [${shape}]`)
    n *= Math.max(d, 1)
  }
  // Of one byte each they would fill all that an engine can address.
  if (n > 2 ** 32) throw new Error(`the result would have the shape [${shape}], which is too large`)
}

/** The shape that all of these broadcast to (numpy's rule). Throws where two dimensions differ and neither is 1. */
export function broadcast(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map(s => s.length))
  return Array.from({ length: rank }, (_, i) => {
    let d = 1
    for (const s of shapes) {
      const n = s[i - rank + s.length] ?? 1
      if (n !== 1 && d !== 1 && n !== d) throw new Error(`the shapes ${shapes.map(x => `[${x}]`).join(' and ')} do not broadcast`)
      if (n !== 1) d = n
    }
    return d
  })
}

/** Elements between neighbours along each axis. */
export function strides(shape: readonly number[]): number[] {
  const out = new Array<number>(shape.length)
  let s = 1
  for (let i = shape.length - 1; i >= 0; i--) { out[i] = s; s *= shape[i]! }
  return out
}

/** Strides with which a tensor of `shape` is read as one of `to`: 0 along axes that repeat. */
export function spread(shape: readonly number[], to: readonly number[]): number[] {
  const own = strides(shape), shift = to.length - shape.length
  return to.map((_, i) => i < shift || shape[i - shift] === 1 ? 0 : own[i - shift]!)
}

/** An axis counted from the front. Throws where there is no such axis. */
export function axisOf(axis: number, rank: number): number {
  const a = axis < 0 ? axis + rank : axis
  if (!(Number.isInteger(a) && a >= 0 && a < rank) && !(rank === 0 && (axis === 0 || axis === -1))) throw new Error(`there is no axis ${axis} in ${rank} dimensions`)
  return a
}
export function axesOf(axes: readonly number[], rank: number): number[] {
  const out = axes.map(a => axisOf(a, rank))
  if (new Set(out).size !== out.length) throw new Error(`the axes [${axes}] name one axis twice`)
  return out
}

/** Calls `visit` with the offsets of every element of `shape` under two sets of strides, in C order. */
export function walk(shape: readonly number[], a: readonly number[], b: readonly number[], visit: (x: number, y: number, i: number) => void): void {
  const rank = shape.length, n = shape.reduce((p, q) => p * q, 1), index = new Array<number>(rank).fill(0)
  for (let i = 0, x = 0, y = 0; i < n; i++) {
    visit(x, y, i)
    for (let k = rank - 1; k >= 0; k--) {
      x += a[k]!; y += b[k]!
      if (++index[k]! < shape[k]!) break
      index[k] = 0
      x -= a[k]! * shape[k]!; y -= b[k]! * shape[k]!
    }
  }
}
/** Offsets of every element of `shape` under strides, in C order. */
export function offsets(shape: readonly number[], by: readonly number[], start = 0): Int32Array {
  const n = shape.reduce((p, q) => p * q, 1)
  if (n > 2 ** 30) throw new Error(`[${shape}] are too many places to walk over`)
  const out = new Int32Array(n)
  walk(shape, by, by, (x, _y, i) => { out[i] = x + start })
  return out
}

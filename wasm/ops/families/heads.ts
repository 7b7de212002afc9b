export interface Heads { readonly batch: number; readonly heads: number; readonly length: number; readonly size: number }

/** [batch, heads, length, size], or [batch, length, heads x size] with the number of heads told. */
export function heads(shape: readonly number[], count: number): Heads {
  if (shape.length === 4) return { batch: shape[0]!, heads: shape[1]!, length: shape[2]!, size: shape[3]! }
  if (shape.length !== 3 || !count || shape[2]! % count) throw new Error(`[${shape}] does not divide into ${count} heads`)
  return { batch: shape[0]!, heads: count, length: shape[1]!, size: shape[2]! / count }
}

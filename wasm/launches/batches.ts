/** Leading dimensions of a product, broadcast. Undefined where they do not fit. */
export function broadcastBatches(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length), out: number[] = []
  for (let i = 0; i < rank; i++) {
    const p = a[a.length - rank + i] ?? 1, q = b[b.length - rank + i] ?? 1
    if (p !== q && p !== 1 && q !== 1) return undefined
    out.push(p === 1 ? q : p)
  }
  return out
}

/** Index into an operand's batches for each batch of the result. */
export function batchIndices(own: readonly number[], all: readonly number[]): number[] {
  const count = all.reduce((p, q) => p * q, 1), padded = [...Array<number>(all.length - own.length).fill(1), ...own]
  return Array.from({ length: count }, (_, i) => {
    let index = 0, rest = i, left = count
    padded.forEach((n, d) => {
      left /= all[d]!
      const at = Math.floor(rest / left)
      rest -= at * left
      index = index * n + (n === 1 ? 0 : at)
    })
    return index
  })
}

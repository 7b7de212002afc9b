/** Reads a plane between its points. */
export type Border = 'zeros' | 'border' | 'reflection'

/** Where a position outside is read: -1 for nowhere. */
export function wrapIndex(i: number, n: number, border: Border, corners: boolean): number {
  if (i >= 0 && i < n) return i
  if (border === 'zeros') return -1
  if (border === 'border') return Math.min(n - 1, Math.max(0, i))
  return Math.min(n - 1, Math.max(0, Math.round(reflect(i, corners ? 0 : -0.5, corners ? n - 1 : n - 0.5))))
}
export function reflect(x: number, low: number, high: number): number {
  const span = high - low
  if (span <= 0) return 0
  const r = ((x - low) % (2 * span) + 2 * span) % (2 * span)
  return low + (r > span ? 2 * span - r : r)
}

/** Weights of the four neighbours of a position, by Keys' kernel with a = -0.75. */
export function cubicWeights(t: number): [number, number, number, number] {
  const a = -0.75, near = (d: number): number => ((a + 2) * d - (a + 3)) * d * d + 1, far = (d: number): number => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
  return [far(t + 1), near(t), near(1 - t), far(2 - t)]
}

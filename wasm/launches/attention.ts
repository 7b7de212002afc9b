/** Queries of a tile of attention: what it keeps of them (d + dv values each) fits a thread's workspace, and there are tiles for every thread. */
export function attentionTile(heads: number, queries: number, width: number): number {
  for (const n of [64, 32]) if (n * width * 4 <= 200 << 10 && heads * Math.ceil(queries / n) >= 16) return n
  return 16
}

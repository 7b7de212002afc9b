/** B[k][n] as panels [n/16][k][16], the last one padded with zeros. `at(k, n)` gives the value. */
export function panels(k: number, n: number, at: (k: number, n: number) => number): Float32Array {
  const to = new Float32Array(Math.ceil(n / 16) * k * 16)
  for (let j = 0; j < n; j++) for (let i = 0; i < k; i++) to[((j >> 4) * k + i) * 16 + (j & 15)] = at(i, j)
  return to
}

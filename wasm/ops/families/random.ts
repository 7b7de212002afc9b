/** A 32-bit generator for the random operators of ONNX, which leave the stream open: the same seed gives the same numbers here, on every machine (Mulberry32's update and output mix). */
export function randoms(seed: number | null): () => number {
  let s = seed === null ? fresh() : Math.trunc(Math.fround(seed) * 1024) | 0
  return () => {
    s = (s + 0x6d2b79f5) | 0
    let t = Math.imul(s ^ (s >>> 15), 1 | s)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A seed of the platform's own for those who gave none. */
const fresh = (): number => globalThis.crypto.getRandomValues(new Int32Array(1))[0]!

/** Standard normal numbers by the Box-Muller transform. */
export function normals(seed: number | null): () => number {
  const next = randoms(seed)
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
}

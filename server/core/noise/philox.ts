/** Philox4x32-10 (Salmon et al. 2011): random bits as a function of a counter and a key, without a state. */

// Bound once: in test runners a global is slow to reach.
const { imul, sqrt, log, sin, PI, floor, fround } = Math

const [M0, M1] = [0xd2511f53, 0xcd9e8d57]
const [W0, W1] = [0x9e3779b9, 0xbb67ae85]

/** The high 32 bits of a product of two 32-bit numbers. */
function high(a: number, b: number): number {
  const [a1, a0, b1, b0] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff]
  const low = a0 * b0
  const middle = a1 * b0 + (low >>> 16)
  const other = a0 * b1 + (middle % 65536)
  return a1 * b1 + floor(middle / 65536) + floor(other / 65536)
}

/** Four words from a counter of four and a key of two; `out` is filled and returned. */
export function philox(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number, out = new Uint32Array(4)): Uint32Array {
  for (let round = 0; round < 10; round++) {
    const [h0, l0, h1, l1] = [high(M0, c0 >>> 0), imul(M0, c0), high(M1, c2 >>> 0), imul(M1, c2)]
    c0 = h1 ^ c1 ^ k0
    c2 = h0 ^ c3 ^ k1
    c1 = l1
    c3 = l0
    k0 = (k0 + W0) | 0
    k1 = (k1 + W1) | 0
  }
  out[0] = c0
  out[1] = c1
  out[2] = c2
  out[3] = c3
  return out
}

/**
 * The normals of PyTorch's CUDA generator where each thread draws one element (up to about 2048 elements per multiprocessor):
 * element i of call c has the counter [c, 0, low i, high i]. Evaluated in float64; a card's fast sine differs by about 1e-6.
 */
export class PhiloxGenerator {
  readonly #key: readonly [number, number]
  #calls = 0

  constructor(seed: bigint) {
    const bits = BigInt.asUintN(64, seed)
    this.#key = [Number(bits & 0xffffffffn), Number(bits >> 32n)]
  }

  randn(n: number): Float64Array {
    const call = this.#calls++
    const [out, words] = [new Float64Array(n), new Uint32Array(4)]
    for (let i = 0; i < n; i++) {
      philox(call, 0, i >>> 0, floor(i / 2 ** 32), ...this.#key, words)
      const u = (words[0]! + 0.5) / 2 ** 32
      const angle = (2 * PI * (words[1]! + 0.5)) / 2 ** 32
      out[i] = fround(sqrt(-2 * log(u)) * sin(angle))
    }
    return out
  }
}

import { MersenneTwister } from './mersenne-twister.js'

// Bound once: in test runners a global is slow to reach.
const { sqrt, log1p, cos, sin, PI, fround } = Math

export type Precision = 'float32' | 'float64'

/**
 * The random numbers of `torch.Generator('cpu').manual_seed(seed)`: integers, permutations and uniform numbers to the bit,
 * normals in float64 to 1e-15, in float32 to 2.5e-6 (PyTorch's own vector and plain paths differ by 1.8e-6).
 */
export class TorchGenerator {
  readonly #bits: MersenneTwister
  /** The second of a pair of normals, kept for the next small draw however many large ones come between. */
  #spare: number | undefined

  constructor(seed: bigint) {
    this.#bits = new MersenneTwister(seed)
  }

  /** 32 random bits. */
  next(): number {
    return this.#bits.next()
  }

  /** n numbers from 0 up to 1. */
  rand(n: number, precision: Precision = 'float32'): Float64Array {
    const out = new Float64Array(n)
    for (let i = 0; i < n; i++) out[i] = this.#uniform(precision)
    return out
  }

  /** n standard normal numbers, rounded to the precision. */
  randn(n: number, precision: Precision = 'float32'): Float64Array {
    const out = n < 16 ? this.#pairs(n) : this.#groups(n, precision)
    return precision === 'float32' ? out.map(fround) : out
  }

  /** n integers from `low` up to, not including, `high`. */
  randint(low: number, high: number, n: number): number[] {
    const range = high - low
    if (!(Number.isSafeInteger(range) && range > 0)) throw new RangeError(`randint() needs low < high, got ${low} and ${high}.`)
    const below = range < 2 ** 28 ? () => this.next() % range : () => Number(this.#next64() % BigInt(range))
    return Array.from({ length: n }, () => low + below())
  }

  /** The numbers from 0 to n - 1 in random order. */
  randperm(n: number): number[] {
    const out = Array.from({ length: n }, (_, i) => i)
    for (let i = 0; i < n - 1; i++) {
      const j = i + (this.next() % (n - i))
      ;[out[i], out[j]] = [out[j]!, out[i]!]
    }
    return out
  }

  #next64(): bigint {
    const high = BigInt(this.next())
    return (high << 32n) | BigInt(this.next())
  }

  #uniform(precision: Precision): number {
    if (precision === 'float32') return (this.next() & 0xffffff) / 2 ** 24
    const high = this.next() & 0x1fffff
    return (high * 2 ** 32 + this.next()) / 2 ** 53
  }

  /** Fewer than 16: Box and Muller's pairs, one after another, in float64 whatever the precision. */
  #pairs(n: number): Float64Array {
    const out = new Float64Array(n)
    for (let i = 0; i < n; i++) {
      if (this.#spare !== undefined) {
        out[i] = this.#spare
        this.#spare = undefined
        continue
      }
      const angle = 2 * PI * this.#uniform('float64')
      const radius = sqrt(-2 * log1p(-this.#uniform('float64')))
      out[i] = radius * cos(angle)
      this.#spare = radius * sin(angle)
    }
    return out
  }

  /** 16 or more: uniforms first, then groups of 16 turned in place; a rest is filled up by drawing the last 16 anew. */
  #groups(n: number, precision: Precision): Float64Array {
    const out = this.rand(n, precision)
    const turn = (start: number) => {
      for (let j = start; j < start + 8; j++) {
        const radius = sqrt(-2 * log1p(-out[j]!))
        const angle = 2 * PI * out[j + 8]!
        out[j] = radius * cos(angle)
        out[j + 8] = radius * sin(angle)
      }
    }
    for (let start = 0; start + 16 <= n; start += 16) turn(start)
    if (n % 16 !== 0) {
      out.set(this.rand(16, precision), n - 16)
      turn(n - 16)
    }
    return out
  }
}

// Bound once: in test runners a global is slow to reach.
const { imul } = Math

/** MT19937 (Matsumoto & Nishimura 1998), seeded with 32 bits: the generator behind PyTorch's CPU random numbers. */
export class MersenneTwister {
  readonly #state = new Uint32Array(624)
  #at = 624

  /** Of a longer seed the low 32 bits count. */
  constructor(seed: bigint) {
    const state = this.#state
    state[0] = Number(BigInt.asUintN(32, seed))
    for (let i = 1; i < 624; i++) {
      const before = state[i - 1]! ^ (state[i - 1]! >>> 30)
      state[i] = imul(1812433253, before) + i
    }
  }

  /** The next 32 bits. */
  next(): number {
    if (this.#at === 624) this.#refill()
    let y = this.#state[this.#at++]!
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    return (y ^ (y >>> 18)) >>> 0
  }

  #refill(): void {
    const state = this.#state
    for (let i = 0; i < 624; i++) {
      const bits = (state[i]! & 0x80000000) | (state[(i + 1) % 624]! & 0x7fffffff)
      state[i] = state[(i + 397) % 624]! ^ (bits >>> 1) ^ (bits & 1 ? 0x9908b0df : 0)
    }
    this.#at = 0
  }
}

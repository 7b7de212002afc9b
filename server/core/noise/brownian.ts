import { sizeOf, type Tensor } from '../../../plugins/sdk/index.js'
import { philox } from './philox.js'

// Bound once: in test runners a global is slow to reach.
const { sqrt, log, cos, sin, PI } = Math

/** Halvings from the whole range to a leaf: 65536 leaves, each a few ten-thousandths of its sigma wide. */
const DEPTH = 16
const LEAF = 2 ** -DEPTH

/** The motion at both ends of a part of the range; the children of node i are 2i and 2i + 1. */
interface Node { readonly index: number; readonly left: Float64Array; readonly right: Float64Array }

/**
 * A Brownian motion in sigma, for solvers that split their steps: the noise of a step is that of its parts together,
 * W(a, c) = W(a, b) + W(b, c). A function of the seed, the range and the query alone: the order of queries does not matter.
 *
 * A binary tree of Brownian bridges (Li et al. 2020, virtual Brownian tree) over levels evenly spaced in log sigma; each
 * node's normals come from a counter-based generator. Memory is one path of the tree.
 */
export class BrownianMotion {
  readonly #key: readonly [number, number]
  readonly #size: number
  readonly #ratio: number
  /** The nodes that were visited last, from the root down. */
  readonly #path: Node[]

  /** Of one shape, over sigmas from 0 to `high`; `low` is the smallest above 0 that will be asked for. */
  constructor(seed: bigint, readonly shape: readonly number[], readonly low: number, readonly high: number) {
    if (!(low > 0 && high > low && Number.isFinite(high))) throw new RangeError(`A Brownian motion needs 0 < low < high, got ${low} and ${high}.`)
    const bits = BigInt.asUintN(64, seed)
    this.#key = [Number(bits & 0xffffffffn), Number(bits >> 32n)]
    this.#size = sizeOf(shape)
    this.#ratio = log(high / low)
    const end = this.#normals(0, 0, 0).map(v => v * sqrt(high))
    this.#path = [{ index: 1, left: new Float64Array(this.#size), right: end }]
  }

  /**
   * W(to) - W(from) over the square root of the distance: a unit normal.
   * @throws {RangeError} outside the range.
   */
  between(from: number, to: number): Tensor {
    const [a, b, scale] = [this.#at(from), this.#at(to), 1 / sqrt(Math.abs(to - from) || 1)]
    return { shape: this.shape, data: Float32Array.from(b, (v, i) => (v - a[i]!) * scale) }
  }

  #at(sigma: number): Float64Array {
    if (!(sigma >= 0 && sigma <= this.high * (1 + 1e-6))) throw new RangeError(`sigma ${sigma} lies outside this Brownian motion, 0 to ${this.high}.`)
    const u = sigma < this.low ? 0 : LEAF + ((1 - LEAF) * log(sigma / this.low)) / this.#ratio
    let [node, left, right] = [this.#path[0]!, 0, 1]
    for (let depth = 1; depth <= DEPTH; depth++) {
      const middle = (left + right) / 2
      const upper = u >= middle
      node = this.#child(node, depth, upper, () => this.#bridge(node, this.#level(left), this.#level(middle), this.#level(right), 0, 0))
      if (upper) left = middle
      else right = middle
    }
    const [from, to] = [this.#level(left), this.#level(right)]
    if (sigma <= from) return node.left
    if (sigma >= to) return node.right
    const bits = new Uint32Array(Float64Array.of(sigma).buffer)
    return this.#bridge(node, from, sigma, to, bits[0]!, bits[1]!)
  }

  #child(parent: Node, depth: number, upper: boolean, middle: () => Float64Array): Node {
    const index = 2 * parent.index + (upper ? 1 : 0)
    const kept = this.#path[depth]
    if (kept?.index === index) return kept
    const child = upper ? { index, left: middle(), right: parent.right } : { index, left: parent.left, right: middle() }
    this.#path.length = depth
    this.#path.push(child)
    return child
  }

  /** The first leaf reaches down to 0; the others are evenly spaced in log sigma. */
  #level(u: number): number {
    return u === 0 ? 0 : u === 1 ? this.high : this.low * Math.exp((this.#ratio * (u - LEAF)) / (1 - LEAF))
  }

  /** Between two known values: their interpolation, and noise of variance (t - a)(b - t) / (b - a). */
  #bridge({ index, left, right }: Node, a: number, t: number, b: number, word2: number, word3: number): Float64Array {
    const share = (t - a) / (b - a)
    const spread = sqrt((t - a) * (1 - share))
    const noise = this.#normals(index, word2, word3)
    return noise.map((v, i) => left[i]! + share * (right[i]! - left[i]!) + spread * v)
  }

  /** Four normals from each block of the generator. */
  #normals(index: number, word2: number, word3: number): Float64Array {
    const out = new Float64Array(this.#size)
    const words = new Uint32Array(4)
    for (let i = 0; i < out.length; i += 4) {
      philox(index, i, word2, word3, ...this.#key, words)
      for (let pair = 0; pair < 4; pair += 2) {
        const radius = sqrt(-2 * log((words[pair]! + 0.5) / 2 ** 32))
        const angle = (2 * PI * (words[pair + 1]! + 0.5)) / 2 ** 32
        out[i + pair] = radius * cos(angle)
        out[i + pair + 1] = radius * sin(angle)
      }
    }
    return out
  }
}

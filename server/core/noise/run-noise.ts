/** The noise of a run: a stream for each picture of the batch, so that a picture is the same alone and among others. */
import { sizeOf, slerp, type Level, type Tensor } from '../../../plugins/sdk/index.js'
import { BrownianMotion } from './brownian.js'
import { PhiloxGenerator } from './philox.js'
import { TorchGenerator } from './torch.js'

export type NoiseKind = 'torch' | 'philox'

export interface NoiseRequest {
  /** `torch` is PyTorch's CPU stream, `philox` its CUDA stream. */
  readonly kind: NoiseKind
  /** One for each picture, unsigned 64 bits. */
  readonly seeds: readonly bigint[]
  /** Moves each picture's first draw towards that of another seed; 0 (the default) leaves it, 1 takes the other. */
  readonly variation?: { readonly seeds: readonly bigint[]; readonly strength: number }
  /** For samplers that split their steps: sigma / alpha of the smallest level above 0 and of the largest. */
  readonly brownian?: { readonly low: number; readonly high: number }
}

export interface RunNoise {
  /** The next unit normals of all streams, for a shape [pictures, ...]: the start of a run, an encoder's sample. */
  draw(shape: readonly number[]): Tensor
  /** What `Run.noise` answers: the same streams, or the Brownian motion between the two levels. */
  between(from: Level, to: Level, shape: readonly number[]): Tensor
}

/** The same request gives the same draws, in the order of the calls. */
export function runNoise({ kind, seeds, variation, brownian }: NoiseRequest): RunNoise {
  const streams = seeds.map(seed => stream(kind, seed))
  const others = variation && variation.strength !== 0 ? variation.seeds.map(seed => stream(kind, seed)) : undefined
  if (others && others.length !== streams.length) throw new RangeError(`${streams.length} pictures need as many variation seeds, got ${others.length}.`)
  let first = true
  const draw = (shape: readonly number[]): Tensor => {
    const noise = stacked(shape, streams.map(s => () => s(sizeOf(shape) / seeds.length)))
    if (!first || !others) return noise
    first = false
    return varied(noise, stacked(shape, others.map(s => () => s(sizeOf(shape) / seeds.length))), variation!.strength)
  }
  const motions = new Map<string, BrownianMotion[]>()
  const between = (from: Level, to: Level, shape: readonly number[]): Tensor => {
    if (!brownian) return draw(shape)
    const one = [1, ...shape.slice(1)]
    const key = one.join()
    const all = motions.get(key) ?? seeds.map(seed => new BrownianMotion(seed, one, brownian.low, brownian.high))
    motions.set(key, all)
    return stacked(shape, all.map(motion => () => motion.between(from.sigma / from.alpha, to.sigma / to.alpha).data))
  }
  return { draw, between }
}

/** A stream of unit normals in single precision. */
function stream(kind: NoiseKind, seed: bigint): (n: number) => Float64Array {
  const generator = kind === 'torch' ? new TorchGenerator(seed) : new PhiloxGenerator(seed)
  return n => generator.randn(n)
}

function stacked(shape: readonly number[], parts: readonly (() => ArrayLike<number>)[]): Tensor {
  if (shape[0] !== parts.length) throw new RangeError(`A draw for ${parts.length} pictures has the shape [${parts.length}, ...], got [${shape.join(', ')}].`)
  const data = new Float32Array(sizeOf(shape))
  for (const [i, part] of parts.entries()) data.set(part(), (i * data.length) / parts.length)
  return { shape, data }
}

/** Each picture on its own arc. */
function varied(noise: Tensor, other: Tensor, strength: number): Tensor {
  const pictures = noise.shape[0]!
  const size = noise.data.length / pictures
  const one = ({ shape, data }: Tensor, i: number): Tensor => ({ shape: [1, ...shape.slice(1)], data: data.subarray(i * size, (i + 1) * size) })
  return stacked(noise.shape, Array.from({ length: pictures }, (_, i) => () => slerp(strength, one(noise, i), one(other, i)).data))
}

import { map, type Tensor } from '../../plugins/sdk/index.js'
import { NoisegraphError } from '../core/errors.js'
import type { Session } from '../sessions/session.js'
import type { Json } from './folder.js'
import { part, stack } from './network.js'
import { tiled, tiledRows, type Band, type Tiling } from './tiles.js'
import { toTensor, toValue } from './value.js'

/** Between pictures, [1, 3, height, width] from -1 to 1, and the latents that the denoiser works on. */
export interface Autoencoder {
  /** Pixels along each side for one latent. */
  readonly factor: number
  readonly channels: number
  /** Draws one unit Gaussian of the latents' shape where the encoder answers a distribution. */
  encode(image: Tensor, noise: (shape: readonly number[]) => Tensor): Promise<Tensor>
  /** The mean of the distribution, unscaled. */
  mean(image: Tensor): Promise<Tensor>
  decode(latents: Tensor): Promise<Tensor>
  /** One picture's latents, decoded from the top: rows as soon as they are finished, so that a large picture is never there as numbers of 32 bits. */
  decodeRows(latents: Tensor): AsyncGenerator<Band>
}

/**
 * Pictures of more than 1280 pixels a side go through encoder and decoder in tiles of 1024 that share 256, so that their networks take no more memory than for one of 1280: both have context
 * beyond a convolution's only in their middle, and what its normalisation and attention see differently in each tile is what the blending hides.
 */
const pixels = { whole: 1280, side: 1024, overlap: 256 }

/** The sessions are opened when they are first needed: text to image never loads the encoder. */
export function autoencoder(config: Json, encoder: (() => Promise<Session>) | undefined, decoder: () => Promise<Session>): Autoencoder {
  const number = (key: string, otherwise: number) => (typeof config[key] === 'number' ? config[key] : otherwise)
  const [scale, shift] = [number('scaling_factor', 1), number('shift_factor', 0)]
  const levels = Array.isArray(config.block_out_channels) ? config.block_out_channels.length : 4
  const channels = number('latent_channels', 4)
  const [means, deviations] = [config.latents_mean, config.latents_std].map(v => (Array.isArray(v) && v.length === channels ? v.map(Number) : undefined))
  /** Per channel, where the config says so (latents_mean, latents_std); else by one factor. */
  const eachChannel = (x: Tensor, f: (v: number, mean: number, deviation: number) => number): Tensor => {
    const pixels = x.data.length / x.shape[0]! / x.shape[1]!
    return { shape: x.shape, data: x.data.map((v, i) => { const c = Math.floor(i / pixels) % x.shape[1]!; return f(v, means?.[c] ?? 0, deviations?.[c] ?? 1) }) }
  }
  const scaled = (x: Tensor) => (means && deviations ? eachChannel(x, (v, m, d) => ((v - m) * scale) / d) : map(v => (v - shift) * scale, x))
  const unscaled = (x: Tensor) => (means && deviations ? eachChannel(x, (v, m, d) => (v * d) / scale + m) : map(v => v / scale + shift, x))
  const factor = 2 ** (levels - 1)
  const tiling = (each: number, scale: number): Tiling => ({ whole: pixels.whole / each, side: pixels.side / each, overlap: pixels.overlap / each, scale })
  const known = new WeakMap<Tensor, Promise<{ name: string; out: Tensor }>>()
  const run = async (session: Session, x: Tensor) => {
    const [input, output] = [session.inputs[0]!, session.outputs[0]!]
    return { name: output.name, out: toTensor((await session.run({ [input.name]: toValue(x, input.type) }))[output.name]!) }
  }
  /** What the encoder answers to a picture; the same one is asked for once. */
  const encoded = async (image: Tensor) => {
    if (!encoder) throw new NoisegraphError('INCOMPATIBLE', 'This model has no vae_encoder, so it cannot start from a picture.', 'conditioners')
    const session = await encoder()
    const whole = async () => ({ name: session.outputs[0]!.name, out: await sliced(image, one => tiled(one, async tile => (await run(session, tile)).out, tiling(1, 1 / factor))) })
    const answer = known.get(image) ?? whole()
    known.set(image, answer)
    // A failed run may succeed later.
    answer.catch(() => known.delete(image))
    const { name, out } = await answer
    return { out, distribution: name === 'latent_parameters' || out.shape[1] === 2 * channels }
  }
  return {
    factor, channels,
    async encode(image, noise) {
      const { out, distribution } = await encoded(image)
      return scaled(distribution ? drawn(out, noise) : out)
    },
    async mean(image) {
      const { out, distribution } = await encoded(image)
      return distribution ? halves(out).mean : out
    },
    async decode(latents) {
      const session = await decoder()
      return sliced(unscaled(latents), one => tiled(one, async tile => (await run(session, tile)).out, tiling(factor, factor)))
    },
    async *decodeRows(latents) {
      const session = await decoder()
      yield* tiledRows(unscaled(latents), async tile => (await run(session, tile)).out, tiling(factor, factor))
    },
  }
}

/** One sample after the other, so that memory does not grow with their number. */
async function sliced(x: Tensor, run: (one: Tensor) => Promise<Tensor>): Promise<Tensor> {
  if (x.shape[0] === 1) return run(x)
  const out: Tensor[] = []
  for (let i = 0; i < x.shape[0]!; i++) out.push(await run(part(x, i)))
  return stack(out)
}

/** A sample of the Gaussian whose mean and log-variance (held to -30..20) lie side by side on axis 1. */
function drawn(parameters: Tensor, noise: (shape: readonly number[]) => Tensor): Tensor {
  const { mean, logVariance } = halves(parameters)
  return map((m, v, n) => m + Math.exp(Math.min(20, Math.max(-30, v!)) / 2) * n!, mean, logVariance, noise(mean.shape))
}

function halves({ shape, data }: Tensor): { readonly mean: Tensor; readonly logVariance: Tensor } {
  const [batch, depth, ...plane] = shape as [number, number, ...number[]]
  const size = data.length / batch / 2
  const half = (which: 0 | 1): Tensor => {
    const out = new Float32Array(batch * size)
    for (let b = 0; b < batch; b++) out.set(data.subarray((2 * b + which) * size, (2 * b + which + 1) * size), b * size)
    return { shape: [batch, depth / 2, ...plane], data: out }
  }
  return { mean: half(0), logVariance: half(1) }
}

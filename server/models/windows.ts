import type { Tensor } from '../../plugins/sdk/index.js'
import type { Network } from './network.js'
import type { Window } from './output.js'
import { ramp, starts } from './tiles.js'

/**
 * A video longer than its network sees at once goes through it in windows that overlap by a quarter, and where they overlap their answers are blended
 * linearly, in every call (Bar-Tal et al. 2023, MultiDiffusion, along time). Shorter ones are left alone.
 */
export function windowed(network: Network, { frames: most }: Window): Network {
  return {
    ...network,
    async run(x, timestep, feeds, signal) {
      const frames = x.shape[2] ?? 0
      if (x.shape.length !== 5 || frames <= most) return network.run(x, timestep, feeds, signal)
      const overlap = most >> 2
      const weights = new Float32Array(frames)
      let out: Float32Array | undefined
      let shape: readonly number[] = x.shape
      for (const first of starts(frames, most, overlap)) {
        const answer = await network.run(framesFrom(x, first, most), timestep, feeds, signal)
        const [batch, channels, , height, width] = answer.shape as [number, number, number, number, number]
        const pixels = height * width
        shape = [batch, channels, frames, height, width]
        out ??= new Float32Array(batch * channels * frames * pixels)
        for (let f = 0; f < most; f++) {
          const weight = overlap ? ramp(f, most, first > 0, first + most < frames, overlap) : 1
          weights[first + f]! += weight
          for (let p = 0; p < batch * channels; p++) {
            const [from, to] = [(p * most + f) * pixels, (p * frames + first + f) * pixels]
            for (let i = 0; i < pixels; i++) out[to + i]! += weight * answer.data[from + i]!
          }
        }
      }
      const pixels = shape[3]! * shape[4]!
      return { shape, data: out!.map((v, i) => v / weights[Math.floor(i / pixels) % frames]!) }
    },
  }
}

/** `count` frames of [b, c, frames, h, w]. */
function framesFrom({ shape, data }: Tensor, first: number, count: number): Tensor {
  const [batch, channels, frames, height, width] = shape as [number, number, number, number, number]
  const pixels = height * width
  const out = new Float32Array(batch * channels * count * pixels)
  for (let p = 0; p < batch * channels; p++) out.set(data.subarray((p * frames + first) * pixels, (p * frames + first + count) * pixels), p * count * pixels)
  return { shape: [batch, channels, count, height, width], data: out }
}

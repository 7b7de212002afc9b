import type { Tensor } from '../../plugins/sdk/index.js'
import type { Raster } from '../artifacts/pictures.js'

/** [1, 3, height, width] from -1 to 1. */
export function fromRaster({ width, height, channels, data }: Raster): Tensor {
  const pixels = width * height
  const out = new Float32Array(3 * pixels)
  for (let c = 0; c < 3; c++) for (let i = 0; i < pixels; i++) out[c * pixels + i] = (data[i * channels + (channels === 3 ? c : 0)]! / 255) * 2 - 1
  return { shape: [1, 3, height, width], data: out }
}

/** Values from -1 to 1 as bytes: round(255 (x / 2 + 1 / 2)), halves to even, what lies outside clipped. One or three channels are kept; of more, the first three. */
export function toRaster({ shape, data }: Tensor): Raster {
  const [, depth, height, width] = shape as [number, number, number, number]
  const channels = depth >= 3 ? 3 : 1
  const out = new Uint8Array(channels * width * height)
  writeRows(out, { shape, data }, channels)
  return { width, height, channels, data: out }
}

/** Rows of values from -1 to 1 as bytes, at the start of `out`. */
export function writeRows(out: Uint8Array, { shape, data }: Tensor, channels: 1 | 3): void {
  const pixels = shape[2]! * shape[3]!
  for (let c = 0; c < channels; c++) for (let i = 0; i < pixels; i++) out[i * channels + c] = roundHalfEven(255 * Math.min(1, Math.max(0, Math.fround(data[c * pixels + i]! / 2 + 0.5))))
}

const roundHalfEven = (v: number) => { const r = Math.round(v); return r - v === 0.5 && r % 2 ? r - 1 : r }

/** The frames of a video, [1, c, frames, h, w], each as a picture's sample; anything else is one frame. */
export function framesOf({ shape, data }: Tensor): readonly Tensor[] {
  if (shape.length !== 5) return [{ shape, data }]
  const [, channels, frames, height, width] = shape as [number, number, number, number, number]
  const pixels = height * width
  return Array.from({ length: frames }, (_, f) => {
    const frame = new Float32Array(channels * pixels)
    for (let c = 0; c < channels; c++) frame.set(data.subarray((c * frames + f) * pixels, (c * frames + f + 1) * pixels), c * pixels)
    return { shape: [1, channels, height, width], data: frame }
  })
}

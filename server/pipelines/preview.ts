import { resize, solve, type Tensor } from '../../plugins/sdk/index.js'
import { encodePng, type Raster } from '../artifacts/pictures.js'
import type { Model } from '../models/model.js'
import { framesOf, toRaster } from './raster.js'

const fits = new WeakMap<Model, Promise<Projection>>()
/** Weights of each colour: one for each latent channel, and a constant. */
type Projection = readonly (readonly number[])[]

/** Small PNGs of clean estimates. Latents are brought to colours by a linear map that is fitted once to the model's decoder. */
export const previewer = (model: Model) => async (clean: Tensor): Promise<Uint8Array> => {
  if (clean.shape.length === 3) return encodePng(waveform(clean))
  const [picture] = framesOf(clean) as [Tensor]
  if (!model.autoencoder) return encodePng(toRaster(picture))
  const projection = fits.get(model) ?? fit(model)
  fits.set(model, projection)
  return encodePng(toRaster(project(picture, await projection)))
}

/** The loudest value of each of 256 stretches of the first channel, drawn up and down from the middle. */
function waveform({ shape, data }: Tensor): Raster {
  const [width, height, length] = [256, 64, shape[2]!]
  const out = new Uint8Array(width * height).fill(24)
  for (let x = 0; x < width; x++) {
    const stretch = data.subarray(Math.floor((x * length) / width), Math.max(1, Math.floor(((x + 1) * length) / width)))
    const reach = Math.round(Math.min(1, stretch.reduce((m, v) => Math.max(m, Math.abs(v)), 0)) * (height / 2 - 1))
    for (let y = height / 2 - reach; y <= height / 2 + reach; y++) out[y * width + x] = 220
  }
  return { width, height, channels: 1, data: out }
}

function project({ shape, data }: Tensor, projection: Projection): Tensor {
  const [, , height, width] = shape as [number, number, number, number]
  const pixels = height * width
  const out = new Float32Array(3 * pixels)
  projection.forEach((weights, colour) => {
    for (let p = 0; p < pixels; p++) out[colour * pixels + p] = weights.reduce((sum, w, c) => sum + w * (c < weights.length - 1 ? data[c * pixels + p]! : 1), 0)
  })
  return { shape: [1, 3, height, width], data: out }
}

/** Least squares between latents and what they decode to, brought to their size. */
async function fit({ autoencoder, facts }: Model): Promise<Projection> {
  const { channels } = facts
  const side = 16
  const latents = smoothNoise(channels, side)
  const decoded = resizeMean(await autoencoder!.decode(latents), side)
  const pixels = side * side
  const row = (p: number) => [...Array.from({ length: channels }, (_, c) => latents.data[c * pixels + p]!), 1]
  const rows = Array.from({ length: pixels }, (_, p) => row(p))
  const n = channels + 1
  const normal = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => rows.reduce((sum, r) => sum + r[i]! * r[j]!, i === j ? 1e-3 : 0)))
  return [0, 1, 2].map(colour => solve(normal, Array.from({ length: n }, (_, i) => rows.reduce((sum, r, p) => sum + r[i]! * decoded.data[colour * pixels + p]!, 0))))
}

/** Waves of different lengths and directions in each channel, of about unit variance: smooth as the latents of pictures are, and without correlation. */
function smoothNoise(channels: number, side: number): Tensor {
  const data = Float32Array.from({ length: channels * side * side }, (_, i) => {
    const [c, y, x] = [Math.floor(i / side / side), Math.floor(i / side) % side, i % side]
    let sum = 0
    for (let k = 1; k <= 6; k++) {
      const angle = 2.399963 * (k + 6 * c)
      const length = 0.25 + 0.12 * k
      sum += Math.sin(length * (x * Math.cos(angle) + y * Math.sin(angle)) + 1.7 * k * (c + 1))
    }
    return sum / Math.sqrt(3)
  })
  return { shape: [1, channels, side, side], data }
}

/** The mean of each square of pixels. */
function resizeMean(x: Tensor, side: number): Tensor {
  const [, channels, height, width] = x.shape as [number, number, number, number]
  const f = height / side
  if (!Number.isInteger(f) || width !== height) return resize(x, side, side, 'bilinear')
  const data = new Float32Array(channels * side * side)
  for (let c = 0; c < channels; c++) for (let y = 0; y < height; y++) for (let x0 = 0; x0 < width; x0++)
    data[(c * side + Math.floor(y / f)) * side + Math.floor(x0 / f)]! += x.data[(c * height + y) * width + x0]! / (f * f)
  return { shape: [1, channels, side, side], data }
}

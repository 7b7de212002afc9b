import { resize, solve, type Tensor } from '../../plugins/sdk/index.js'
import { encodePng, type Raster } from '../artifacts/pictures.js'
import type { Model } from '../models/model.js'
import { framesOf, toRaster } from './raster.js'
import { solidOf } from './solid.js'
import { viewOf } from './view.js'

const fits = new WeakMap<Model, Promise<Projection>>()
/** Weights of each colour: one for each latent channel, and a constant. */
type Projection = readonly (readonly number[])[]

/** Small PNGs of clean estimates. Latents are brought to colours by a linear map that is fitted once to the model's decoder. */
export const previewer = (model: Model) => async (clean: Tensor): Promise<Uint8Array> => {
  const { output } = model.facts
  if (output === 'points' || output === 'voxels' || output === 'molecule') return encodePng(viewOfSolid(solidOf(model, clean)))
  if (clean.shape.length === 3 && output === 'sound') return encodePng(waveform(clean))
  // Of a video the one in the middle; of a sound its spectrogram.
  const frames = framesOf(clean)
  const picture = frames[frames.length >> 1]!
  if (!model.autoencoder) return encodePng(toRaster(picture))
  const projection = fits.get(model) ?? fit(model)
  fits.set(model, projection)
  return encodePng(toRaster(project(picture, await projection)))
}

function viewOfSolid(solid: ReturnType<typeof solidOf>): Raster {
  const { positions, colours } = solid.kind === 'voxels' ? solid.mesh : { colours: undefined, ...solid }
  return viewOf(positions, colours)
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

const side = 16

/** Least squares between latents and the colours that they stand for: a chart of colours that is encoded, or smooth latents that are decoded where there is no encoder. */
async function fit(model: Model): Promise<Projection> {
  const { channels } = model.facts
  const anySize = (part: string) => typeof model.folder.parts.get(part)?.header.inputs[0]?.shape[2] === 'string'
  // Exported for one size only: the first channels stand for the colours, better than no preview.
  if (!anySize('vae_encoder') && !anySize('vae_decoder')) return [0, 1, 2].map(colour => Array.from({ length: channels + 1 }, (_, c) => (c === colour ? 0.5 : 0)))
  const { latents, colours } = anySize('vae_encoder') ? await encodedChart(model) : await decodedWaves(model)
  const pixels = side * side
  const rows = Array.from({ length: pixels }, (_, p) => [...Array.from({ length: channels }, (_, c) => latents.data[c * pixels + p]!), 1])
  const n = channels + 1
  const normal = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => rows.reduce((sum, r) => sum + r[i]! * r[j]!, i === j ? 1e-3 : 0)))
  return [0, 1, 2].map(colour => solve(normal, Array.from({ length: n }, (_, i) => rows.reduce((sum, r, p) => sum + r[i]! * colours.data[colour * pixels + p]!, 0))))
}

/** 64 colours, four levels of red, green and blue, in squares of two latents. */
async function encodedChart({ autoencoder, facts: { factor } }: Model) {
  const colourOf = (x: number, y: number, c: number) => { const square = (y >> 1) * 8 + (x >> 1); return ((Math.floor(square * 37 % 64 / 4 ** c) % 4) / 3) * 2 - 1 }
  const chart = (scale: number): Tensor => {
    const size = side * scale
    return { shape: [1, 3, size, size], data: Float32Array.from({ length: 3 * size * size }, (_, i) => colourOf(Math.floor((i % size) / scale), Math.floor((Math.floor(i / size) % size) / scale), Math.floor(i / size / size))) }
  }
  const none = (shape: readonly number[]): Tensor => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) })
  return { latents: await autoencoder!.encode(chart(factor), none), colours: chart(1) }
}

async function decodedWaves({ autoencoder, facts: { channels } }: Model) {
  const latents = smoothNoise(channels, side)
  return { latents, colours: resizeMean(await autoencoder!.decode(latents), side) }
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

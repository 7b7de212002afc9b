import type { Tensor } from '../../plugins/sdk/index.js'

/** Flux and its kin (Black Forest Labs 2024) read latents as a sequence: each square of 2x2 latents is one token, [batch, channels, h, w] as [batch, h/2 * w/2, 4 * channels]. */
export function pack({ shape, data }: Tensor): Tensor {
  const [batch, channels, height, width] = shape as [number, number, number, number]
  const out = new Float32Array(data.length)
  places(batch, channels, height, width, (plane, token) => { out[token] = data[plane]! })
  return { shape: [batch, (height / 2) * (width / 2), 4 * channels], data: out }
}

/** The inverse, to latents `height` by `width`. */
export function unpack({ shape, data }: Tensor, height: number, width: number): Tensor {
  const [batch, channels] = [shape[0]!, shape[2]! / 4]
  const out = new Float32Array(data.length)
  places(batch, channels, height, width, (plane, token) => { out[plane] = data[token]! })
  return { shape: [batch, channels, height, width], data: out }
}

/** Where each value lies in planes and in tokens. A token's features are ordered by channel, then row, then column of the square. */
function places(batch: number, channels: number, height: number, width: number, visit: (plane: number, token: number) => void): void {
  let plane = 0
  for (let b = 0; b < batch; b++) for (let c = 0; c < channels; c++) for (let y = 0; y < height; y++) for (let x = 0; x < width; x++)
    visit(plane++, ((b * (height / 2) + (y >> 1)) * (width / 2) + (x >> 1)) * 4 * channels + 4 * c + 2 * (y & 1) + (x & 1))
}

/** Positions that rotary embeddings read: for each token a zero, its row and its column, then zeros up to `axes`. */
export function imagePositions(rows: number, columns: number, axes: number): Tensor {
  const data = new Float32Array(rows * columns * axes)
  for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) data.set([0, y, x], (y * columns + x) * axes)
  return { shape: [rows * columns, axes], data }
}

/** Words have no place. */
export const textPositions = (tokens: number, axes: number): Tensor => ({ shape: [tokens, axes], data: new Float32Array(tokens * axes) })

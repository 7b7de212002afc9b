import type { Tensor } from '../../plugins/sdk/index.js'

/**
 * Decodes large latents in overlapping squares whose seams are blended linearly, so that memory does not grow with the picture.
 * `side` and `overlap` are in latents, `factor` is pixels for one latent. Latents of at most `side` each way are decoded whole.
 */
export async function decodeTiled(latents: Tensor, decode: (tile: Tensor) => Promise<Tensor>, { side, overlap, factor }: { readonly side: number; readonly overlap: number; readonly factor: number }): Promise<Tensor> {
  const [, channels, height, width] = latents.shape as [number, number, number, number]
  if (height <= side && width <= side) return decode(latents)
  const [rows, columns] = [starts(height, side, overlap), starts(width, side, overlap)]
  let out: Float32Array | undefined
  let depth = 0
  const weights = new Float32Array(height * width * factor * factor)
  for (const top of rows) for (const left of columns) {
    const [h, w] = [Math.min(side, height), Math.min(side, width)]
    const tile = await decode({ shape: [1, channels, h, w], data: cut(latents, top, left, h, w) })
    depth = tile.shape[1]!
    out ??= new Float32Array(depth * weights.length)
    const [tall, wide, whole] = [h * factor, w * factor, width * factor]
    for (let y = 0; y < tall; y++) for (let x = 0; x < wide; x++) {
      // A tile counts less towards an edge that it shares with another one.
      const weight = ramp(y, tall, top > 0, top + h < height, overlap * factor) * ramp(x, wide, left > 0, left + w < width, overlap * factor)
      const at = (top * factor + y) * whole + left * factor + x
      weights[at]! += weight
      for (let c = 0; c < depth; c++) out[c * weights.length + at]! += weight * tile.data[(c * tall + y) * wide + x]!
    }
  }
  for (let c = 0; c < depth; c++) for (let i = 0; i < weights.length; i++) out![c * weights.length + i]! /= weights[i]!
  return { shape: [1, depth, height * factor, width * factor], data: out! }
}

/** Where tiles begin so that neighbours share at least `overlap`; the last one ends with the picture. */
export function starts(length: number, side: number, overlap: number): readonly number[] {
  if (length <= side) return [0]
  const count = Math.ceil((length - overlap) / (side - overlap))
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - side)) / (count - 1)))
}

/** 1 inside, rising over `reach` pixels from an inner edge; never 0. */
export function ramp(at: number, length: number, before: boolean, after: boolean, reach: number): number {
  const low = before ? Math.min(1, (at + 0.5) / reach) : 1
  const high = after ? Math.min(1, (length - at - 0.5) / reach) : 1
  return low * high
}

function cut({ shape, data }: Tensor, top: number, left: number, h: number, w: number): Float32Array {
  const [, channels, height, width] = shape as [number, number, number, number]
  const out = new Float32Array(channels * h * w)
  for (let c = 0; c < channels; c++) for (let y = 0; y < h; y++) out.set(data.subarray((c * height + top + y) * width + left, (c * height + top + y) * width + left + w), (c * h + y) * w)
  return out
}

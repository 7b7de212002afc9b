import type { Tensor } from '../../plugins/sdk/index.js'

/** Sides of tiles, in values of the input; `scale` is values of the output for one of the input, or one over that where the output is smaller. */
export interface Tiling {
  /** Inputs of at most this each way go through whole. */
  readonly whole: number
  readonly side: number
  /** That neighbours share at least. */
  readonly overlap: number
  readonly scale: number
}

/** Rows of the output that are finished, [1, channels, rows, width], from row `top` on. */
export interface Band { readonly top: number; readonly rows: Tensor }

/**
 * Runs a network with local context on overlapping squares whose seams are blended linearly, so that its memory does not grow with the picture. Rows are given away as soon as no tile will touch them again.
 * All lengths must be multiples of what the scale divides by.
 */
export async function* tiledRows(x: Tensor, run: (tile: Tensor) => Promise<Tensor>, { whole, side, overlap, scale }: Tiling): AsyncGenerator<Band> {
  const [, channels, height, width] = x.shape as [number, number, number, number]
  if (height <= whole && width <= whole) { yield { top: 0, rows: await run(x) }; return }
  const [h, w] = [Math.min(side, height), Math.min(side, width)]
  const unit = scale < 1 ? Math.round(1 / scale) : 1
  const [rows, columns] = [starts(height, h, overlap, unit), starts(width, w, overlap, unit)]
  const [tall, wide, across, reach] = [h * scale, w * scale, width * scale, overlap * scale]
  const [down, along] = [weights(rows, tall, scale, height * scale, reach), weights(columns, wide, scale, across, reach)]
  let band: Float32Array | undefined
  for (const [r, top] of rows.entries()) {
    let depth = 0
    for (const [c, left] of columns.entries()) {
      const tile = await run({ shape: [1, channels, h, w], data: cut(x, top, left, h, w) })
      depth = tile.shape[1]!
      band ??= new Float32Array(depth * tall * across)
      add(band, tile.data, { depth, tall, wide, across, left: left * scale, rows: down[r]!, columns: along[c]! })
    }
    // What the next row of tiles shares with this one stays, moved to the top.
    const done = r + 1 < rows.length ? (rows[r + 1]! - top) * scale : tall
    yield { top: top * scale, rows: { shape: [1, depth, done, across], data: firstRows(band!, depth, tall, across, done) } }
    for (let d = 0; d < depth; d++) {
      const plane = band!.subarray(d * tall * across, (d + 1) * tall * across)
      plane.copyWithin(0, done * across)
      plane.fill(0, (tall - done) * across)
    }
  }
}

/** The same in one piece. */
export async function tiled(x: Tensor, run: (tile: Tensor) => Promise<Tensor>, tiling: Tiling): Promise<Tensor> {
  const [, , height, width] = x.shape as [number, number, number, number]
  let out: Tensor | undefined
  for await (const { top, rows } of tiledRows(x, run, tiling)) {
    const [, depth, count, across] = rows.shape as [number, number, number, number]
    const tall = height * tiling.scale
    if (count === tall) return rows
    out ??= { shape: [1, depth, tall, width * tiling.scale], data: new Float32Array(depth * tall * across) }
    for (let d = 0; d < depth; d++) out.data.set(rows.data.subarray(d * count * across, (d + 1) * count * across), (d * tall + top) * across)
  }
  return out!
}

interface Place { readonly depth: number; readonly tall: number; readonly wide: number; readonly across: number; readonly left: number; readonly rows: Float32Array; readonly columns: Float32Array }

function add(band: Float32Array, tile: Float32Array, { depth, tall, wide, across, left, rows, columns }: Place): void {
  for (let d = 0; d < depth; d++) for (let y = 0; y < tall; y++) {
    const [to, from, row] = [(d * tall + y) * across + left, (d * tall + y) * wide, rows[y]!]
    for (let i = 0; i < wide; i++) band[to + i]! += row * columns[i]! * tile[from + i]!
  }
}

function firstRows(band: Float32Array, depth: number, tall: number, across: number, count: number): Float32Array {
  const out = new Float32Array(depth * count * across)
  for (let d = 0; d < depth; d++) out.set(band.subarray(d * tall * across, (d * tall + count) * across), d * count * across)
  return out
}

/** How much each row (or column) of each tile counts: ramps at edges that tiles share, and all that lie on one row add up to 1. */
function weights(all: readonly number[], length: number, scale: number, total: number, reach: number): readonly Float32Array[] {
  const sums = new Float64Array(total)
  const ramps = all.map((start, i) => Float64Array.from({ length }, (_, at) => ramp(at, length, i > 0, i < all.length - 1, reach)))
  ramps.forEach((r, i) => r.forEach((v, at) => { sums[all[i]! * scale + at]! += v }))
  return ramps.map((r, i) => Float32Array.from(r, (v, at) => v / sums[all[i]! * scale + at]!))
}

/** Where tiles begin so that neighbours share at least `overlap`; the last one ends with the picture. Multiples of `unit`. */
export function starts(length: number, side: number, overlap: number, unit = 1): readonly number[] {
  if (length <= side) return [0]
  const count = Math.ceil((length - overlap) / (side - overlap))
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - side)) / (count - 1) / unit) * unit)
}

/** 1 inside, rising over `reach` values from an inner edge; never 0. */
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

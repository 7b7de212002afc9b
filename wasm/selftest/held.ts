import { fromHalf } from '../graph/half.js'
import { heldBytes } from '../launches/held.js'
import { type Held } from '../graph/value.js'
import { type Machine, type Outcome, deviation, f32, values } from './machine.js'
import { panels } from './pack.js'

/** The most that holding a value in [-1, 1) may change it: half a unit in the last place of each type; int4 has blocks that are not symmetrical. */
const widest: Readonly<Record<Held, number>> = { float32: 0, float16: 2 ** -12 * 1.001, int8: 0.501 / 127, int4: 1.001 / 8 }

/** Panels are compressed and multiplied with; what is expected is made of the compressed bytes, so that widening is tested to the last bit or so, and compressing by what it lost. */
export default (on: Machine): Outcome[] => [nibbles(on), ...(['float16', 'int8', 'int4'] as const).flatMap((held, i) => {
  const m = 5, n = 37, k = 67, wide = 48, a = values(m * k, 1), b = values(k * n, 2).map((v, j) => j % 11 ? v : v * 1e-6)
  const packed = panels(k, n, (p, j) => b[p * n + j]!), bytes = heldBytes(held, k, n), at = on.room(bytes / 4), y = on.room(m * n)
  on.call('f32_compress', [on.put(packed), at, k, i + 1, 0, 0], wide / 16)
  on.call('f32_gemm', [on.put(a), k * 4, 0, at, 0, y, n * 4, 0, 0, 0, 0, 0, 0, m, n, k, 8, 32, 23, 0, i + 1], 2)
  const floats = on.read(at, bytes / 4), raw = new Uint8Array(floats.buffer, floats.byteOffset, bytes), kept = scalar(held, raw, k, wide)
  const expected = Float64Array.from({ length: m * n }, (_, o) => {
    let sum = 0
    for (let p = 0; p < k; p++) sum += a[Math.floor(o / n) * k + p]! * kept[p * wide + o % n]!
    return sum
  })
  // Numbers around 8 with a scale for each column (int4: for each 32 rows of one) are kept as they are.
  const whole = values(k * n, 3).map(v => Math.round(v * 7.5) + 8), blocks = held === 'int4' ? Math.ceil(k / 32) : 1, scales = values(blocks * wide, 4), again = on.room(bytes / 4)
  const numbers = (): Outcome => {
    on.call('f32_compress', [on.put(panels(k, n, (p, j) => whole[p * n + j]!)), again, k, i + 1, on.put(scales), f32(8)], wide / 16)
    const out = on.read(again, bytes / 4), same = scalar(held, new Uint8Array(out.buffer, out.byteOffset, bytes), k, wide)
    const worst = whole.reduce((most, v, o) => { const j = o % n, block = blocks > 1 ? Math.floor(o / n / 32) : 0; return Math.max(most, Math.abs(same[Math.floor(o / n) * wide + j]! - (v - 8) * scales[((j >> 4) * blocks + block) * 16 + (j & 15)]!)) }, 0)
    return { name: `f32_compress of numbers to ${held}`, error: worst, tolerance: 0 }
  }
  const lost = b.reduce((most, v, j) => Math.max(most, Math.abs(v - kept[Math.floor(j / n) * wide + j % n]!)), 0)
  return [
    { name: `f32_gemm of ${held}`, error: deviation(on.read(y, m * n), expected), tolerance: 1e-5 },
    { name: `f32_compress to ${held}`, error: lost, tolerance: widest[held] },
    ...held === 'float16' ? [] : [numbers()],
  ]
})]

/** 4099 numbers of four bits, signed ones around 8. */
function nibbles(on: Machine): Outcome {
  const n = 4099, x = Uint8Array.from({ length: 2052 }, (_, i) => i * 37), y = on.room(n), words = new Float32Array(x.buffer)
  on.call('f32_nibbles', [on.put(words), y, n, 8], 2)
  return { name: 'f32_nibbles', error: deviation(on.read(y, n), Array.from({ length: n }, (_, i) => (x[i >> 1]! >> 4 * (i & 1) & 15) ^ 8)), tolerance: 0 }
}

/** The values [k][wide] of compressed panels. */
function scalar(held: Held, raw: Uint8Array, k: number, wide: number): Float64Array {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length), out = new Float64Array(k * wide), panel = raw.length / (wide / 16)
  for (let p = 0; p < k; p++) for (let j = 0; j < wide; j++) {
    const at = (j >> 4) * panel, c = j & 15, block = at + (p >> 5) * 320
    out[p * wide + j] = held === 'float16' ? fromHalf(view.getUint16(at + p * 32 + c * 2, true))
      : held === 'int8' ? view.getInt8(at + 64 + p * 16 + c) * view.getFloat32(at + c * 4, true)
        : ((raw[block + 64 + (p & 31) * 8 + (c & 7)]! >> (c < 8 ? 0 : 4) & 15) - 8) * view.getFloat32(block + c * 4, true)
  }
  return out
}

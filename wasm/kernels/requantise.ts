import { scratch } from './scratch'

/**
 * Sums of products of bytes as bytes again: y = round((x + bias) aScale bScale / yScale) + zero, halves to even, saturated to uint8 or int8. x is int32 [rows][n], bias int32 [n] or 0;
 * bScale is one, or one for each column. y is laid out as x, or, with `turn`, as [n][rows].
 */
@unmanaged
export class RequantiseArgs { x: usize; bias: usize; aScale: usize; bScale: usize; columns: u32; yScale: usize; zero: usize; y: usize; rows: i32; n: i32; signed: u32; turn: u32 }

const ROWS = 64, COLUMNS = 64

/** Tiles: blocks of 64 rows, batch after batch. */
export function i32_requantise(a: RequantiseArgs, begin: u32, end: u32): void {
  const blocks = (a.rows + ROWS - 1) / ROWS, scales = scratch, biases = scratch + COLUMNS * 4, bytes = scratch + COLUMNS * 8
  const zero = a.signed ? <i32>load<i8>(a.zero) : <i32>load<u8>(a.zero), least: i32 = a.signed ? -128 : 0, low = f32x4.splat(<f32>(least - zero)), high = f32x4.splat(<f32>(least + 255 - zero)), base = i32x4.splat(0x4b400000 - zero)
  const n = a.n, signed = a.signed, turn = a.turn, by = load<f32>(a.yScale), as = load<f32>(a.aScale)
  for (let t = <i32>begin; t < <i32>end; t++) {
    const batch = t / blocks, r0 = (t - batch * blocks) * ROWS, rows = min(ROWS, a.rows - r0), first = batch * a.rows + r0
    for (let c0 = 0; c0 < n; c0 += COLUMNS) {
      const columns = min(COLUMNS, n - c0), direct = !turn && (columns & 15) == 0
      for (let c = 0; c < columns; c++) {
        store<f32>(scales + (c << 2), as * load<f32>(a.columns ? a.bScale + (c0 + c << 2) : a.bScale) / by)
        store<i32>(biases + (c << 2), a.bias ? load<i32>(a.bias + (c0 + c << 2)) : 0)
      }
      for (let r = 0; r < rows; r++) {
        const at = (first + r) * n + c0, x = a.x + (<usize>at << 2), to = direct ? a.y + at : bytes + r * COLUMNS
        for (let c = 0; c < columns; c += 16) {
          const o = <usize>c << 2, v = x + o, b = biases + o, s = scales + o
          const p = i16x8.narrow_i32x4_s(four(v, b, s, base, low, high), four(v + 16, b + 16, s + 16, base, low, high)), q = i16x8.narrow_i32x4_s(four(v + 32, b + 32, s + 32, base, low, high), four(v + 48, b + 48, s + 48, base, low, high))
          v128.store(to + c, signed ? i8x16.narrow_i16x8_s(p, q) : i8x16.narrow_i16x8_u(p, q))
        }
        if (!turn && !direct) memory.copy(a.y + at, to, columns)
      }
      if (!turn) continue
      for (let c = 0; c < columns; c++) {
        const y = a.y + <usize>((batch * n + c0 + c) * a.rows + r0)
        for (let r = 0; r < rows; r++) store<u8>(y + r, load<u8>(bytes + r * COLUMNS + c))
      }
    }
  }
}

/** Four values: saturated, then rounded by adding 1.5 * 2^23, in whose last bits the whole number is. */
// @ts-ignore: decorator
@inline
function four(x: usize, bias: usize, scale: usize, base: v128, low: v128, high: v128): v128 {
  const v = f32x4.mul(f32x4.convert_i32x4_s(i32x4.add(v128.load(x), v128.load(bias))), v128.load(scale))
  return i32x4.sub(f32x4.add(f32x4.pmin(high, f32x4.pmax(low, v)), f32x4.splat(12582912)), base)
}

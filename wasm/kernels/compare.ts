import { BinaryArgs } from './f32-binary'

enum Op { Equal, Greater, GreaterOrEqual, Less, LessOrEqual, And, Or, Xor }

// @ts-ignore: decorator
@inline function one<T>(op: i32, a: T, b: T): bool {
  if (op == Op.Equal) return a == b
  if (op == Op.Greater) return a > b
  if (op == Op.GreaterOrEqual) return a >= b
  if (op == Op.Less) return a < b
  if (op == Op.LessOrEqual) return a <= b
  if (op == Op.And) return (a != 0) & (b != 0)
  if (op == Op.Or) return (a != 0) | (b != 0)
  return (a != 0) != (b != 0)
}

// @ts-ignore: decorator
@inline function line<T>(op: i32, a: usize, b: usize, y: usize, n: u32, da: usize, db: usize): void {
  for (const end = y + n; y < end; y++, a += da, b += db) store<u8>(y, one<T>(op, load<T>(a), load<T>(b)) ? 1 : 0)
}

/** Tiles as those of f32_binary; y is of bytes, 0 or 1. */
// @ts-ignore: decorator
@inline function tiles<T>(op: i32, x: BinaryArgs, begin: u32, end: u32): void {
  const size = sizeof<T>(), da = <usize>x.a3 * size, db = <usize>x.b3 * size
  for (let t = begin; t < end; t++) {
    if (x.block) {
      const i = <usize>t * x.block
      line<T>(op, x.a + i * da, x.b + i * db, x.y + i, min(x.block, x.n3 - <u32>i), da, db)
    } else {
      const i2 = t % x.n2, r = t / x.n2, i1 = r % x.n1, i0 = r / x.n1
      line<T>(op, x.a + <usize>(i0 * x.a0 + i1 * x.a1 + i2 * x.a2) * size, x.b + <usize>(i0 * x.b0 + i1 * x.b1 + i2 * x.b2) * size, x.y + <usize>t * x.n3, x.n3, da, db)
    }
  }
}

export function f32_equal(x: BinaryArgs, begin: u32, end: u32): void { tiles<f32>(Op.Equal, x, begin, end) }
export function f32_greater(x: BinaryArgs, begin: u32, end: u32): void { tiles<f32>(Op.Greater, x, begin, end) }
export function f32_greater_or_equal(x: BinaryArgs, begin: u32, end: u32): void { tiles<f32>(Op.GreaterOrEqual, x, begin, end) }
export function f32_less(x: BinaryArgs, begin: u32, end: u32): void { tiles<f32>(Op.Less, x, begin, end) }
export function f32_less_or_equal(x: BinaryArgs, begin: u32, end: u32): void { tiles<f32>(Op.LessOrEqual, x, begin, end) }
export function u8_and(x: BinaryArgs, begin: u32, end: u32): void { tiles<u8>(Op.And, x, begin, end) }
export function u8_or(x: BinaryArgs, begin: u32, end: u32): void { tiles<u8>(Op.Or, x, begin, end) }
export function u8_xor(x: BinaryArgs, begin: u32, end: u32): void { tiles<u8>(Op.Xor, x, begin, end) }

/**
 * y = a op b over up to four dimensions with strides (in elements, 0 where an operand repeats); y is contiguous.
 * With `block` the operands are flat, of n3 elements, and a tile is a block of them; otherwise a tile is a row of the last dimension.
 */
@unmanaged export class BinaryArgs {
  a: usize; b: usize; y: usize; block: u32;
  n0: u32; n1: u32; n2: u32; n3: u32;
  a0: u32; a1: u32; a2: u32; a3: u32;
  b0: u32; b1: u32; b2: u32; b3: u32;
}

const ADD = 0, SUB = 1, MUL = 2, DIV = 3, MIN = 4, MAX = 5, POW = 6, PRELU = 7;

// @ts-ignore: decorator
@inline function lanes(op: i32, a: v128, b: v128): v128 {
  if (op == ADD) return f32x4.add(a, b);
  if (op == SUB) return f32x4.sub(a, b);
  if (op == MUL) return f32x4.mul(a, b);
  if (op == DIV) return f32x4.div(a, b);
  if (op == MIN) return f32x4.min(a, b);
  if (op == PRELU) return v128.bitselect(f32x4.mul(a, b), a, f32x4.lt(a, f32x4.splat(0)));
  return f32x4.max(a, b);
}
// @ts-ignore: decorator
@inline function one(op: i32, a: f32, b: f32): f32 {
  if (op == ADD) return a + b;
  if (op == SUB) return a - b;
  if (op == MUL) return a * b;
  if (op == DIV) return a / b;
  if (op == MIN) return min(a, b);
  if (op == MAX) return max(a, b);
  if (op == PRELU) return a < 0 ? a * b : a;
  return b == 2 ? a * a : b == 0.5 ? sqrt(a) : Mathf.pow(a, b);
}

// @ts-ignore: decorator
@inline function line(op: i32, a: usize, b: usize, y: usize, n: u32, da: u32, db: u32): void {
  let i: u32 = 0;
  if (op != POW) {
    if (da == 1 && db == 1) for (; i + 4 <= n; i += 4) v128.store(y + (i << 2), lanes(op, v128.load(a + (i << 2)), v128.load(b + (i << 2))));
    else if (da == 1 && db == 0) { const s = v128.load32_splat(b); for (; i + 4 <= n; i += 4) v128.store(y + (i << 2), lanes(op, v128.load(a + (i << 2)), s)); }
    else if (da == 0 && db == 1) { const s = v128.load32_splat(a); for (; i + 4 <= n; i += 4) v128.store(y + (i << 2), lanes(op, s, v128.load(b + (i << 2)))); }
  }
  for (; i < n; i++) store<f32>(y + (i << 2), one(op, load<f32>(a + (i * da << 2)), load<f32>(b + (i * db << 2))));
}

// @ts-ignore: decorator
@inline function tiles(op: i32, x: BinaryArgs, begin: u32, end: u32): void {
  for (let t = begin; t < end; t++) {
    if (x.block) {
      const i = t * x.block;
      line(op, x.a + (i * x.a3 << 2), x.b + (i * x.b3 << 2), x.y + (i << 2), min(x.block, x.n3 - i), x.a3, x.b3);
    } else {
      const i2 = t % x.n2, r = t / x.n2, i1 = r % x.n1, i0 = r / x.n1;
      line(op, x.a + (i0 * x.a0 + i1 * x.a1 + i2 * x.a2 << 2), x.b + (i0 * x.b0 + i1 * x.b1 + i2 * x.b2 << 2), x.y + (t * x.n3 << 2), x.n3, x.a3, x.b3);
    }
  }
}

export function f32_add(x: BinaryArgs, begin: u32, end: u32): void { tiles(ADD, x, begin, end); }
export function f32_sub(x: BinaryArgs, begin: u32, end: u32): void { tiles(SUB, x, begin, end); }
export function f32_mul(x: BinaryArgs, begin: u32, end: u32): void { tiles(MUL, x, begin, end); }
export function f32_div(x: BinaryArgs, begin: u32, end: u32): void { tiles(DIV, x, begin, end); }
export function f32_min(x: BinaryArgs, begin: u32, end: u32): void { tiles(MIN, x, begin, end); }
export function f32_max(x: BinaryArgs, begin: u32, end: u32): void { tiles(MAX, x, begin, end); }
export function f32_prelu(x: BinaryArgs, begin: u32, end: u32): void { tiles(PRELU, x, begin, end); }
export function f32_pow(x: BinaryArgs, begin: u32, end: u32): void { tiles(POW, x, begin, end); }

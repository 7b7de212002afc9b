/**
 * y = c ? a : b over four dimensions with strides in elements; c is a byte. y is contiguous.
 * With `block` the operands are flat, of n3 elements, and a tile is a block of them; otherwise a tile is a row of the last dimension.
 */
@unmanaged export class WhereArgs {
  c: usize; a: usize; b: usize; y: usize; block: u32;
  n0: u32; n1: u32; n2: u32; n3: u32;
  c0: u32; c1: u32; c2: u32; c3: u32; a0: u32; a1: u32; a2: u32; a3: u32; b0: u32; b1: u32; b2: u32; b3: u32;
}

export function f32_where(x: WhereArgs, begin: u32, end: u32): void {
  for (let t = begin; t < end; t++) {
    if (x.block) {
      const i = t * x.block;
      line(x.c + i * x.c3, x.a + (i * x.a3 << 2), x.b + (i * x.b3 << 2), x.y + (i << 2), min(x.block, x.n3 - i), x);
    } else {
      const i2 = t % x.n2, r = t / x.n2, i1 = r % x.n1, i0 = r / x.n1;
      line(x.c + i0 * x.c0 + i1 * x.c1 + i2 * x.c2, x.a + (i0 * x.a0 + i1 * x.a1 + i2 * x.a2 << 2), x.b + (i0 * x.b0 + i1 * x.b1 + i2 * x.b2 << 2), x.y + (t * x.n3 << 2), x.n3, x);
    }
  }
}

// @ts-ignore: decorator
@inline function line(c: usize, a: usize, b: usize, y: usize, n: u32, x: WhereArgs): void {
  const dc = <usize>x.c3, da = <usize>x.a3 << 2, db = <usize>x.b3 << 2;
  for (const end = y + (<usize>n << 2); y < end; y += 4, c += dc, a += da, b += db) store<f32>(y, select(load<f32>(a), load<f32>(b), load<u8>(c) != 0));
}

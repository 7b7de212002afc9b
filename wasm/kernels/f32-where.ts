/** y = c ? a : b over four dimensions with strides in elements; c is a byte. A tile is 1,024 values. */
@unmanaged export class WhereArgs {
  c: usize; a: usize; b: usize; y: usize; n: u32; n1: u32; n2: u32; n3: u32;
  c0: u32; c1: u32; c2: u32; c3: u32; a0: u32; a1: u32; a2: u32; a3: u32; b0: u32; b1: u32; b2: u32; b3: u32;
}

export function f32_where(x: WhereArgs, begin: u32, end: u32): void {
  for (let i = begin << 10, stop = min(end << 10, x.n); i < stop; i++) {
    let r = i / x.n3;
    const i3 = i - r * x.n3, i2 = r % x.n2;
    r /= x.n2;
    const i1 = r % x.n1, i0 = r / x.n1;
    const at = load<u8>(x.c + i0 * x.c0 + i1 * x.c1 + i2 * x.c2 + i3 * x.c3) ? x.a + (i0 * x.a0 + i1 * x.a1 + i2 * x.a2 + i3 * x.a3 << 2) : x.b + (i0 * x.b0 + i1 * x.b1 + i2 * x.b2 + i3 * x.b3 << 2);
    store<f32>(x.y + (i << 2), load<f32>(at));
  }
}

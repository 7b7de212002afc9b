/** y = a + b; b may repeat: row r of the output reads row r / divide of b, or row 0 where divide is 0. Rows of n values. */
@unmanaged
export class AddRowsArgs { a: usize; b: usize; y: usize; n: i32; divide: i32 }

/** Tiles: rows. */
export function f32_add_rows(args: AddRowsArgs, begin: u32, end: u32): void {
  const bytes = <usize>args.n << 2
  for (let t = <i32>begin; t < <i32>end; t++) {
    const a = args.a + <usize>t * bytes, y = args.y + <usize>t * bytes, b = args.b + (args.divide ? <usize>(t / args.divide) * bytes : 0)
    let i: usize = 0
    for (; i + 32 <= bytes; i += 32) {
      const u = f32x4.add(v128.load(a + i), v128.load(b + i)), v = f32x4.add(v128.load(a + i, 16), v128.load(b + i, 16))
      v128.store(y + i, u); v128.store(y + i, v, 16)
    }
    for (; i < bytes; i += 4) store<f32>(y + i, load<f32>(a + i) + load<f32>(b + i))
  }
}

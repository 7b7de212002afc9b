/** Matrices [m][n] become [n][m]. */
@unmanaged
export class TransposeArgs { x: usize; y: usize; m: i32; n: i32 }

/** Tiles: matrices. */
export function f32_transpose(args: TransposeArgs, begin: u32, end: u32): void {
  const size = <usize>(args.m * args.n) << 2
  for (let t = <usize>begin; t < <usize>end; t++) columns(args.x + t * size, <usize>args.n << 2, args.y + t * size, <usize>args.m << 2, args.m, args.n)
}

/** [batch][c][pixels] becomes [batch][pixels][c]. Tiles: blocks of 64 pixels, batch after batch. */
@unmanaged
export class ToNhwcArgs { x: usize; y: usize; c: i32; pixels: i32 }

export function f32_to_nhwc(args: ToNhwcArgs, begin: u32, end: u32): void {
  const blocks = (args.pixels + 63) / 64, size = <usize>(args.c * args.pixels) << 2
  for (let t = <i32>begin; t < <i32>end; t++) {
    const batch = t / blocks, p0 = (t - batch * blocks) * 64, n = min(64, args.pixels - p0)
    columns(args.x + <usize>batch * size + (<usize>p0 << 2), <usize>args.pixels << 2, args.y + <usize>batch * size + (<usize>(p0 * args.c) << 2), <usize>args.c << 2, args.c, n)
  }
}

/** [batch][pixels][c] becomes [batch][c][pixels]. Tiles: blocks of 64 pixels, batch after batch. */
export function f32_to_nchw(args: ToNhwcArgs, begin: u32, end: u32): void {
  const blocks = (args.pixels + 63) / 64, size = <usize>(args.c * args.pixels) << 2
  for (let t = <i32>begin; t < <i32>end; t++) {
    const batch = t / blocks, p0 = (t - batch * blocks) * 64, n = min(64, args.pixels - p0)
    columns(args.x + <usize>batch * size + (<usize>(p0 * args.c) << 2), <usize>args.c << 2, args.y + <usize>batch * size + (<usize>p0 << 2), <usize>args.pixels << 2, n, args.c)
  }
}

/** Four values of each of four rows, `ldx` bytes apart, become four rows of four. */
// @ts-ignore: decorator
@inline
export function turn(x: usize, ldx: usize, y0: usize, y1: usize, y2: usize, y3: usize): void {
  const a = v128.load(x), b = v128.load(x + ldx), c = v128.load(x + (ldx << 1)), d = v128.load(x + ldx * 3)
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5), cd = i32x4.shuffle(c, d, 0, 4, 1, 5), AB = i32x4.shuffle(a, b, 2, 6, 3, 7), CD = i32x4.shuffle(c, d, 2, 6, 3, 7)
  v128.store(y0, i64x2.shuffle(ab, cd, 0, 2))
  v128.store(y1, i64x2.shuffle(ab, cd, 1, 3))
  v128.store(y2, i64x2.shuffle(AB, CD, 0, 2))
  v128.store(y3, i64x2.shuffle(AB, CD, 1, 3))
}

/** m rows of n values, `ldx` bytes apart, become n rows of m values, `ldy` bytes apart. */
export function columns(x: usize, ldx: usize, y: usize, ldy: usize, m: i32, n: i32): void {
  for (; m >= 4; m -= 4, x += ldx << 2, y += 16) {
    const x1 = x + ldx, x2 = x1 + ldx, x3 = x2 + ldx, bytes = <usize>n << 2
    let o = y, i: usize = 0
    for (; i + 16 <= bytes; i += 16, o += ldy << 2) turn(x + i, ldx, o, o + ldy, o + (ldy << 1), o + ldy * 3)
    for (; i < bytes; i += 4, o += ldy) {
      store<u32>(o, load<u32>(x + i)); store<u32>(o, load<u32>(x1 + i), 4); store<u32>(o, load<u32>(x2 + i), 8); store<u32>(o, load<u32>(x3 + i), 12)
    }
  }
  for (; m > 0; m--, x += ldx, y += 4) for (let i = 0, p = x, o = y; i < n; i++, p += 4, o += ldy) store<u32>(o, load<u32>(p))
}

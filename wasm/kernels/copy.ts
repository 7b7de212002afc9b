/**
 * y[i0..i5] = x at strides: transposes, slices, expansions, concatenations and splits, for elements of 1, 2, 4 or 8 bytes.
 * Strides and offsets are in elements. One tile is one pass over the innermost axis.
 */
@unmanaged export class CopyArgs {
  x: usize; y: usize; width: u32; xOffset: i32; yOffset: i32;
  n0: u32; n1: u32; n2: u32; n3: u32; n4: u32; n5: u32;
  xs0: i32; xs1: i32; xs2: i32; xs3: i32; xs4: i32; xs5: i32;
  ys0: i32; ys1: i32; ys2: i32; ys3: i32; ys4: i32; ys5: i32;
}

// @ts-ignore: decorator
@inline
function line<T>(x: usize, y: usize, n: u32, xs: i32, ys: i32): void {
  if (xs == 1 && ys == 1) { memory.copy(y, x, <usize>n * sizeof<T>()); return; }
  const dx = <usize>(xs * <i32>sizeof<T>()), dy = <usize>(ys * <i32>sizeof<T>());
  for (let i: u32 = 0; i < n; i++) { store<T>(y, load<T>(x)); x += dx; y += dy; }
}

export function copy_strided(a: CopyArgs, begin: u32, end: u32): void {
  for (let t = begin; t < end; t++) {
    let r = t, x = a.xOffset, y = a.yOffset, i: u32;
    i = r % a.n4; r /= a.n4; x += i * a.xs4; y += i * a.ys4;
    i = r % a.n3; r /= a.n3; x += i * a.xs3; y += i * a.ys3;
    i = r % a.n2; r /= a.n2; x += i * a.xs2; y += i * a.ys2;
    i = r % a.n1; r /= a.n1; x += i * a.xs1; y += i * a.ys1;
    x += r * a.xs0; y += r * a.ys0;
    const px = a.x + <usize>(x * a.width), py = a.y + <usize>(y * a.width);
    if (a.width == 4) line<u32>(px, py, a.n5, a.xs5, a.ys5);
    else if (a.width == 8) line<u64>(px, py, a.n5, a.xs5, a.ys5);
    else if (a.width == 2) line<u16>(px, py, a.n5, a.xs5, a.ys5);
    else line<u8>(px, py, a.n5, a.xs5, a.ys5);
  }
}

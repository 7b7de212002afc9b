/** Pooling of windows, NHWC: the largest value, or the mean of what lies inside the picture (or inside its padding too). */
@unmanaged
export class PoolArgs {
  x: usize; y: usize
  h: i32; w: i32; c: i32
  oh: i32; ow: i32
  kh: i32; kw: i32
  strideY: i32; strideX: i32; dilationY: i32; dilationX: i32; padTop: i32; padLeft: i32; padBottom: i32; padRight: i32
  kind: i32
}

const MAX = 0, MEAN = 1

/** Tiles: rows of the output, batch after batch. */
export function f32_pool(args: PoolArgs, begin: u32, end: u32): void {
  const pixel = <usize>args.c << 2
  for (let t = <i32>begin; t < <i32>end; t++) {
    const batch = t / args.oh, top = (t - batch * args.oh) * args.strideY - args.padTop
    const ky = below(args.kh, args.dilationY, top, 0), rows = below(args.kh, args.dilationY, top, args.h) - ky
    const first = args.x + <usize>((batch * args.h + top + ky * args.dilationY) * args.w) * pixel
    const down = <usize>(args.dilationY * args.w) * pixel, right = <usize>args.dilationX * pixel
    let y = args.y + <usize>(t * args.ow) * pixel
    for (let ox = 0; ox < args.ow; ox++, y += pixel) {
      const left = ox * args.strideX - args.padLeft
      const kx = below(args.kw, args.dilationX, left, 0), columns = below(args.kw, args.dilationX, left, args.w) - kx
      const x = first + <usize>(left + kx * args.dilationX) * pixel
      if (args.kind == MAX) { largest(x, y, pixel, rows, columns, down, right); continue }
      const places = args.kind == MEAN ? rows * columns : below(args.kh, args.dilationY, top, args.h + args.padBottom) * below(args.kw, args.dilationX, left, args.w + args.padRight)
      mean(x, y, pixel, rows, columns, down, right, <f32>places)
    }
  }
}

/** How many of `taps`, `dilation` apart and from `start` on, come before `limit`. */
function below(taps: i32, dilation: i32, start: i32, limit: i32): i32 {
  return limit <= start ? 0 : min(taps, (limit - start - 1) / dilation + 1)
}

function largest(x: usize, y: usize, bytes: usize, rows: i32, columns: i32, down: usize, right: usize): void {
  const least = f32x4.splat(-Infinity)
  let c: usize = 0
  for (; c + 64 <= bytes; c += 64) {
    let m0 = least, m1 = least, m2 = least, m3 = least
    for (let i = 0, line = x + c; i < rows; i++, line += down) for (let j = 0, p = line; j < columns; j++, p += right) {
      m0 = f32x4.max(m0, v128.load(p)); m1 = f32x4.max(m1, v128.load(p, 16)); m2 = f32x4.max(m2, v128.load(p, 32)); m3 = f32x4.max(m3, v128.load(p, 48))
    }
    v128.store(y + c, m0); v128.store(y + c, m1, 16); v128.store(y + c, m2, 32); v128.store(y + c, m3, 48)
  }
  for (; c < bytes; c += 4) {
    let m: f32 = -Infinity
    for (let i = 0, line = x + c; i < rows; i++, line += down) for (let j = 0, p = line; j < columns; j++, p += right) m = max(m, load<f32>(p))
    store<f32>(y + c, m)
  }
}

function mean(x: usize, y: usize, bytes: usize, rows: i32, columns: i32, down: usize, right: usize, places: f32): void {
  const zero = f32x4.splat(0), n = f32x4.splat(places)
  let c: usize = 0
  for (; c + 64 <= bytes; c += 64) {
    let s0 = zero, s1 = zero, s2 = zero, s3 = zero
    for (let i = 0, line = x + c; i < rows; i++, line += down) for (let j = 0, p = line; j < columns; j++, p += right) {
      s0 = f32x4.add(s0, v128.load(p)); s1 = f32x4.add(s1, v128.load(p, 16)); s2 = f32x4.add(s2, v128.load(p, 32)); s3 = f32x4.add(s3, v128.load(p, 48))
    }
    v128.store(y + c, f32x4.div(s0, n)); v128.store(y + c, f32x4.div(s1, n), 16); v128.store(y + c, f32x4.div(s2, n), 32); v128.store(y + c, f32x4.div(s3, n), 48)
  }
  for (; c < bytes; c += 4) {
    let s: f32 = 0
    for (let i = 0, line = x + c; i < rows; i++, line += down) for (let j = 0, p = line; j < columns; j++, p += right) s += load<f32>(p)
    store<f32>(y + c, s / places)
  }
}

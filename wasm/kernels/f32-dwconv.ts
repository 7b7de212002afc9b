import { madd } from './lanes'

/** Depth-wise convolution, NHWC: every channel has its own kernel; weights [kh * kw][c], bias [c]. */
@unmanaged
export class DwconvArgs {
  x: usize; b: usize; y: usize; bias: usize
  h: i32; w: i32; c: i32
  oh: i32; ow: i32
  kh: i32; kw: i32
  strideY: i32; strideX: i32; dilationY: i32; dilationX: i32; padTop: i32; padLeft: i32
}

/** Tiles: rows of the output, batch after batch. */
export function f32_dwconv(args: DwconvArgs, begin: u32, end: u32): void {
  const pixel = <usize>args.c << 2, whole = pixel & ~15
  for (let t = <i32>begin; t < <i32>end; t++) {
    const batch = t / args.oh, top = (t - batch * args.oh) * args.strideY - args.padTop
    let y = args.y + <usize>(t * args.ow) * pixel
    for (let ox = 0; ox < args.ow; ox++, y += pixel) {
      if (args.bias) memory.copy(y, args.bias, pixel)
      else memory.fill(y, 0, pixel)
      for (let ky = 0, b = args.b; ky < args.kh; ky++) {
        const iy = top + ky * args.dilationY
        for (let kx = 0; kx < args.kw; kx++, b += pixel) {
          const ix = ox * args.strideX - args.padLeft + kx * args.dilationX
          if (<u32>iy >= <u32>args.h || <u32>ix >= <u32>args.w) continue
          const x = args.x + <usize>((batch * args.h + iy) * args.w + ix) * pixel
          let c: usize = 0
          for (; c < whole; c += 16) v128.store(y + c, madd(v128.load(x + c), v128.load(b + c), v128.load(y + c)))
          for (; c < pixel; c += 4) store<f32>(y + c, load<f32>(y + c) + load<f32>(x + c) * load<f32>(b + c))
        }
      }
    }
  }
}

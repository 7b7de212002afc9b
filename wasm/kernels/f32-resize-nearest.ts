/** NHWC nearest-neighbour enlargement by whole factors. */
@unmanaged
export class ResizeNearestArgs { x: usize; y: usize; w: i32; c: i32; scaleY: i32; scaleX: i32 }

/** Tiles: rows of the output, batch after batch. */
export function f32_resize_nearest(args: ResizeNearestArgs, begin: u32, end: u32): void {
  const pixel = <usize>args.c << 2, row = pixel * args.w
  for (let t = <i32>begin; t < <i32>end; t++) {
    let x = args.x + <usize>(t / args.scaleY) * row, y = args.y + <usize>(t * args.scaleX) * row
    for (let i = 0; i < args.w; i++, x += pixel) for (let j = 0; j < args.scaleX; j++, y += pixel) {
      let c: usize = 0
      for (; c + 16 <= pixel; c += 16) v128.store(y + c, v128.load(x + c))
      for (; c < pixel; c += 4) store<u32>(y + c, load<u32>(x + c))
    }
  }
}

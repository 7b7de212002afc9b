import { f32_row_act } from './f32-epilogue'

/** y = act(x), n values in blocks. */
@unmanaged
export class ActivationArgs { x: usize; y: usize; n: i32; block: i32; act: i32 }

/** Tiles: blocks. */
export function f32_activation(args: ActivationArgs, begin: u32, end: u32): void {
  for (let t = <i32>begin; t < <i32>end; t++) {
    const first = t * args.block, at = <usize>first << 2
    f32_row_act(args.x + at, args.y + at, min(args.block, args.n - first), args.act)
  }
}

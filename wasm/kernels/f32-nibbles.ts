/** Numbers of four bits, two to a byte, the first in the low bits, as floats from 0 to 15; `flip` 8 for signed ones, whose 0 becomes 8. */
@unmanaged
export class NibblesArgs { x: usize; y: usize; n: u32; flip: u32 }

/** Tiles: 4096 numbers. */
export function f32_nibbles(args: NibblesArgs, begin: u32, end: u32): void {
  const last = min(args.n, end << 12)
  for (let i = begin << 12; i < last; i++) store<f32>(args.y + (<usize>i << 2), <f32>((<u32>load<u8>(args.x + (i >> 1)) >> ((i & 1) << 2) & 15) ^ args.flip))
}

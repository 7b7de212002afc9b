import { scratch } from './scratch'

/** Running sums of x [outer][n][inner] along the middle, in double precision. A tile is one outer index and up to 64 inner ones. */
@unmanaged export class CumsumArgs { x: usize; y: usize; n: u32; inner: u32; exclusive: u32; reverse: u32 }

export function f32_cumsum(a: CumsumArgs, begin: u32, end: u32): void {
  const blocks = (a.inner + 63) / 64, row = <usize>a.inner << 2, step = a.reverse ? <usize>0 - row : row
  for (let t = begin; t < end; t++) {
    const outer = t / blocks, first = (t - outer * blocks) * 64, columns = min(64, a.inner - first)
    let at = <usize>(outer * a.n + (a.reverse ? a.n - 1 : 0)) * row + (<usize>first << 2)
    memory.fill(scratch, 0, columns << 3)
    for (let k: u32 = 0; k < a.n; k++, at += step) for (let i: usize = 0; i < <usize>columns; i++) {
      const p = at + (i << 2), s = load<f64>(scratch + (i << 3)), sum = s + <f64>load<f32>(a.x + p)
      store<f64>(scratch + (i << 3), sum)
      store<f32>(a.y + p, <f32>(a.exclusive ? s : sum))
    }
  }
}

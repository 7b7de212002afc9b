/** Normalisation of rows of n values, plainly. A tile is a row. */
@unmanaged export class NormRowsArgs {
  x: usize; y: usize; n: u32; epsilon: f32;
  /** Scale and shift, or 0; one for each value of a row, or one for each row, of which there are `period`. */
  scale: usize; shift: usize; period: u32;
}

export function f32_norm_rows(a: NormRowsArgs, begin: u32, end: u32): void {
  const bytes = <usize>a.n << 2;
  for (let t = begin; t < end; t++) {
    const x = a.x + <usize>t * bytes, y = a.y + <usize>t * bytes;
    let sum: f64 = 0, squares: f64 = 0;
    for (let i: usize = 0; i < bytes; i += 4) sum += load<f32>(x + i);
    const mean = sum / <f64>a.n;
    for (let i: usize = 0; i < bytes; i += 4) { const d = <f64>load<f32>(x + i) - mean; squares += d * d; }
    const r = 1 / sqrt(squares / <f64>a.n + <f64>a.epsilon);
    if (a.period) {
      const s = a.scale ? load<f32>(a.scale + (t % a.period << 2)) : 1, b = a.shift ? load<f32>(a.shift + (t % a.period << 2)) : 0;
      for (let i: usize = 0; i < bytes; i += 4) store<f32>(y + i, <f32>((<f64>load<f32>(x + i) - mean) * r) * s + b);
    } else {
      for (let i: usize = 0; i < bytes; i += 4) {
        let v = <f32>((<f64>load<f32>(x + i) - mean) * r);
        if (a.scale) v *= load<f32>(a.scale + i);
        if (a.shift) v += load<f32>(a.shift + i);
        store<f32>(y + i, v);
      }
    }
  }
}

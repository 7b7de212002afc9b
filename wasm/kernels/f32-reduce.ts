/** y[outer][inner] = reduction over the middle axis of x[outer][n][inner]. A tile is one outer index and up to 64 inner ones. Sums are kept in double precision. */
@unmanaged export class ReduceArgs { x: usize; y: usize; n: u32; inner: u32; kind: u32 }

const SUM: u32 = 0, MEAN: u32 = 1, MAX: u32 = 2, MIN: u32 = 3, PROD: u32 = 4, SUM_SQUARE: u32 = 5, L1: u32 = 6, L2: u32 = 7;

export function f32_reduce(a: ReduceArgs, begin: u32, end: u32): void {
  const blocks = (a.inner + 63) / 64;
  for (let t = begin; t < end; t++) {
    const outer = t / blocks, first = t % blocks * 64, last = min(a.inner, first + 64);
    for (let i = first; i < last; i++) {
      store<f32>(a.y + (outer * a.inner + i << 2), column(a.x + (outer * a.n * a.inner + i << 2), a.n, a.inner << 2, a.kind));
    }
  }
}

function column(x: usize, n: u32, step: usize, kind: u32): f32 {
  if (kind == MAX || kind == MIN) {
    let m = load<f32>(x);
    for (let k: u32 = 1; k < n; k++) { x += step; const v = load<f32>(x); m = kind == MAX ? max(m, v) : min(m, v); }
    return m;
  }
  let s: f64 = kind == PROD ? 1 : 0;
  for (let k: u32 = 0; k < n; k++, x += step) {
    const v = <f64>load<f32>(x);
    if (kind == PROD) s *= v;
    else if (kind == L1) s += abs(v);
    else if (kind == SUM_SQUARE || kind == L2) s += v * v;
    else s += v;
  }
  return <f32>(kind == MEAN ? s / <f64>n : kind == L2 ? sqrt(s) : s);
}

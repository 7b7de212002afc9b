/** y[outer][i][inner] = x[outer][index[i]][inner]; `bytes` is the width of an inner run. Indices are int64 or int32, negative ones count from the end. A tile is one index of one outer. */
@unmanaged export class GatherArgs { x: usize; index: usize; y: usize; indices: u32; n: i32; bytes: u32; wide: u32 }

export function gather_rows(a: GatherArgs, begin: u32, end: u32): void {
  for (let t = begin; t < end; t++) {
    const i = t % a.indices, outer = t / a.indices;
    let k = a.wide ? <i32>load<i64>(a.index + (i << 3)) : load<i32>(a.index + (i << 2));
    if (k < 0) k += a.n;
    // An index is data, which cannot be checked ahead: one that is out of range ends the run.
    if (<u32>k >= <u32>a.n) unreachable();
    if (a.bytes == 4) store<u32>(a.y + (t << 2), load<u32>(a.x + (outer * a.n + k << 2)));
    else memory.copy(a.y + t * a.bytes, a.x + (outer * a.n + k) * a.bytes, a.bytes);
  }
}

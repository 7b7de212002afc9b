import { f32_attention_scores } from './f32-attention-scores'
import { f32_attention_values } from './f32-attention-values'
import { ZERO, f32_gemm_block } from './f32-gemm'
import { sumLanes } from './lanes'
import { columns } from './f32-transpose'
import { f32_vexp2 } from './f32-vexp2'
import { scratch } from './scratch'

/**
 * softmax(scale Q K^T + mask) V, tile by tile: the matrix of scores never exists, a running maximum and sum stand in for it (Milakov and Gimelshein 2018; Dao et al. 2022).
 * Q, K, V and O are rows `ld` bytes apart, with a stride for heads and for batches.
 */
@unmanaged
export class AttentionArgs {
  q: usize; ldq: usize; qHead: usize; qBatch: usize
  k: usize; ldk: usize; kHead: usize; kBatch: usize
  v: usize; ldv: usize; vHead: usize; vBatch: usize
  o: usize; ldo: usize; oHead: usize; oBatch: usize
  /** Keys in fours, [batch][head][sk/4][d][4], and the largest squared length in each block of 16. */
  kp: usize; kn: usize
  /** 0, or scores to add: sk values for each query, any stride of which may be 0. */
  mask: usize; ldm: usize; mHead: usize; mBatch: usize
  sq: i32; sk: i32; d: i32; dv: i32
  /** Heads of Q, and how many of them share a head of K and V. */
  heads: i32; share: i32
  /** Queries of a tile, a multiple of 16; what a tile keeps, queries (d + dv + 2) + 1024 floats, fits into scratch. */
  queries: i32
  scale: f32
  /** 1: query i sees keys 0 .. i + sk - sq. */
  causal: i32
}

const KEYS = 64
const LEAST: f32 = -1e30
/** A sum of this size is not trusted: some score may have been clamped. */
const MOST: f32 = 1.2676506e30
/** Scores below this (powers of 2) need no maximum: their sums stay well inside a float. */
const BOUND: f32 = 64
const LOG2E: f32 = 1.4426950408889634

/** Where a tile of queries keeps what: Q^T scaled [d][16] and the output's transpose [dv][16] for each panel of 16 queries, their maxima and sums, and the weights [64][16]. */
const P: usize = 1024, PANELS: usize = P + KEYS * 64

/** Scores are powers of 2. Keys run down, queries across: maxima, sums and changes of scale are of vectors. Tiles: blocks of queries within heads within batches. */
export function f32_attention(args: AttentionArgs, begin: u32, end: u32): void {
  const blocks = (args.sq + args.queries - 1) / args.queries, panel = <usize>(args.d + args.dv + 2) << 6
  for (let t = <i32>begin; t < <i32>end; t++) {
    const head = t / blocks, batch = head / args.heads, h = <usize>(head - batch * args.heads), g = h / args.share
    const first = (t - head * blocks) * args.queries, m = min(args.queries, args.sq - first)
    const q = args.q + <usize>batch * args.qBatch + h * args.qHead + <usize>first * args.ldq
    const k = args.k + <usize>batch * args.kBatch + g * args.kHead, v = args.v + <usize>batch * args.vBatch + g * args.vHead
    const o = args.o + <usize>batch * args.oBatch + h * args.oHead + <usize>first * args.ldo
    const mask = args.mask ? args.mask + <usize>batch * args.mBatch + h * args.mHead + <usize>first * args.ldm : 0
    const packed = batch * (args.heads / args.share) + <i32>g, fours = (args.sk + 3) / 4, kp = args.kp + (<usize>(packed * fours) * args.d << 4)
    const careful = mask != 0 || args.causal != 0, longest = careful ? <f32>Infinity : largest(args.kn + (<usize>(packed * ((args.sk + 15) / 16)) << 2), args.sk)
    for (let i = 0, at = scratch + PANELS; i < m; i += 16, at += panel) open(args, q + <usize>i * args.ldq, min(16, m - i), longest, at)
    for (let k0 = 0; k0 < args.sk; k0 += KEYS) {
      const n = min(KEYS, args.sk - k0), kk = k + <usize>k0 * args.ldk, vv = v + <usize>k0 * args.ldv
      for (let i = 0, at = scratch + PANELS; i < m; i += 16, at += panel) {
        const bounded = load<f32>(at) == 0
        if (careful || (k0 == 0 && !bounded)) exact(args, kk, n, first + i, k0, mask ? mask + <usize>i * args.ldm : 0, at)
        else f32_attention_scores(kp + (<usize>k0 * args.d << 2), at + 128, at, scratch + P, at + 64, n, args.d, !bounded)
        f32_attention_values(vv, args.ldv, scratch + P, at + 128 + (<usize>args.d << 6), n, args.dv)
      }
    }
    for (let i = 0, at = scratch + PANELS; i < m; i += 16, at += panel) {
      const rows = min(16, m - i)
      if (!careful && doubtful(at + 64)) again(args, q + <usize>i * args.ldq, k, v, rows, first + i, at)
      close(at, args.d, args.dv, o + <usize>i * args.ldo, args.ldo, rows)
    }
  }
}

/** The largest of n/16 values. */
function largest(x: usize, n: i32): f32 {
  let most: f32 = 0
  for (; n > 0; n -= 16, x += 4) most = max(most, load<f32>(x))
  return most
}

/** A panel of `rows` queries: minus maxima at `at`, sums, Q^T scaled, the output's transpose. Maxima are left out (0) where lengths bound the scores: by Cauchy and Schwarz. */
function open(args: AttentionArgs, q: usize, rows: i32, longest: f32, at: usize): void {
  const bytes = <usize>args.d << 6, qt = at + 128
  if (rows < 16) memory.fill(qt, 0, bytes)
  columns(q, args.ldq, qt, 64, rows, args.d)
  const scale = f32x4.splat(args.scale * LOG2E)
  for (let p = qt, end = qt + bytes; p < end; p += 16) v128.store(p, f32x4.mul(v128.load(p), scale))
  let most: f32 = 0
  for (let i = 0, row = q; i < rows; i++, row += args.ldq) most = max(most, squared(row, args.d))
  const shift = f32x4.splat(most * longest * args.scale * args.scale * (LOG2E * LOG2E) <= BOUND * BOUND ? 0 : -LEAST)
  for (let i: usize = 0; i < 64; i += 16) v128.store(at + i, shift)
  memory.fill(at + 64, 0, 64)
  memory.fill(qt + bytes, 0, <usize>args.dv << 6)
}

/** Weights of n keys from k0 on by a running maximum; what is there of sums and output is rescaled where the maximum grew. */
function exact(args: AttentionArgs, k: usize, n: i32, query: i32, k0: i32, mask: usize, at: usize): void {
  const p = scratch + P, end = p + (<usize>n << 6)
  f32_gemm_block(k, args.ldk, at + 128, 0, ZERO, 0, 0, p, 64, n, 16, args.d)
  if (mask) add(mask + (<usize>k0 << 2), args.ldm, p, n, min(16, args.sq - query))
  if (args.causal) hide(p, n, query + args.sk - args.sq - k0)
  for (let j: usize = 0; j < 64; j += 16) {
    const before = f32x4.neg(v128.load(at + j))
    let most = before
    for (let x = p + j; x < end; x += 64) most = f32x4.pmax(most, v128.load(x))
    const shift = f32x4.neg(most)
    let sum = f32x4.splat(0)
    for (let x = p + j; x < end; x += 64) {
      const w = v128.and(f32_vexp2(f32x4.add(v128.load(x), shift)), f32x4.ne(v128.load(x), f32x4.splat(-Infinity)))
      v128.store(x, w)
      sum = f32x4.add(sum, w)
    }
    const factor = f32_vexp2(f32x4.sub(before, most))
    v128.store(at + j, shift)
    v128.store(at + 64 + j, f32x4.add(f32x4.mul(v128.load(at + 64 + j), factor), sum))
    if (!v128.any_true(f32x4.ne(before, most))) continue
    for (let x = at + 128 + (<usize>args.d << 6) + j, last = x + (<usize>args.dv << 6); x < last; x += 64) v128.store(x, f32x4.mul(v128.load(x), factor))
  }
}

/** Adds a mask, in powers of 2, to the scores of n keys and `rows` queries. */
function add(mask: usize, ldm: usize, p: usize, n: i32, rows: i32): void {
  for (let i = 0; i < n; i++, p += 64, mask += 4) {
    for (let j: usize = 0, m = mask; j < <usize>rows << 2; j += 4, m += ldm) {
      const x = load<f32>(m)
      store<f32>(p + j, x == -Infinity ? x : max(load<f32>(p + j) + x * LOG2E, LEAST))
    }
  }
}

/** Hides key i from query j where i > last + j. */
function hide(p: usize, n: i32, last: i32): void {
  for (let i = 0; i < n; i++, p += 64) for (let j = 0; j < min(16, i - last); j++) store<f32>(p + (<usize>j << 2), -Infinity)
}

/** Squared length of a row. */
export function squared(x: usize, n: i32): f32 {
  let s = f32x4.splat(0), i: usize = 0
  const bytes = <usize>n << 2
  for (; i + 16 <= bytes; i += 16) s = f32x4.add(s, f32x4.mul(v128.load(x + i), v128.load(x + i)))
  let sum = sumLanes(s)
  for (; i < bytes; i += 4) sum += load<f32>(x + i) * load<f32>(x + i)
  return sum
}

/** Whether some sum is not a number below MOST. */
function doubtful(sums: usize): bool {
  const most = f32x4.splat(MOST)
  let fine = f32x4.lt(v128.load(sums), most)
  for (let j: usize = 16; j < 64; j += 16) fine = v128.and(fine, f32x4.lt(v128.load(sums + j), most))
  return !i32x4.all_true(fine)
}

/** A panel once more, with the running maximum all the way. */
function again(args: AttentionArgs, q: usize, k: usize, v: usize, rows: i32, query: i32, at: usize): void {
  open(args, q, rows, Infinity, at)
  for (let k0 = 0; k0 < args.sk; k0 += KEYS) {
    const n = min(KEYS, args.sk - k0)
    exact(args, k + <usize>k0 * args.ldk, n, query, k0, 0, at)
    f32_attention_values(v + <usize>k0 * args.ldv, args.ldv, scratch + P, at + 128 + (<usize>args.d << 6), n, args.dv)
  }
}

/** Divides by the sums and writes rows of dv values. */
function close(at: usize, d: i32, dv: i32, o: usize, ldo: usize, rows: i32): void {
  const acc = at + 128 + (<usize>d << 6)
  for (let j: usize = 0; j < 64; j += 16) {
    const sum = v128.load(at + 64 + j), one = f32x4.splat(1)
    const factor = v128.and(f32x4.div(one, sum), f32x4.gt(sum, f32x4.splat(0)))
    for (let x = acc + j, last = x + (<usize>dv << 6); x < last; x += 64) v128.store(x, f32x4.mul(v128.load(x), factor))
  }
  columns(acc, 64, o, ldo, dv, rows)
}

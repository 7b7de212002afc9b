import { madd, sumLanes } from './lanes'
import { ZERO, f32_gemm_block } from './f32-gemm'
import { f32_vexp, f32_vexp_bounded } from './f32-vexp'
import { scratch } from './scratch'

/**
 * softmax(scale Q K^T + mask) V, tile by tile: the matrix of scores never exists, a running maximum and sum stand in for it (Milakov and Gimelshein 2018; Dao et al. 2022).
 * Q, K, V and O are rows `ld` bytes apart, with a stride for heads and for batches. `kp` and `vp` are what `f32_attention_pack` made.
 */
@unmanaged
export class AttentionArgs {
  q: usize; ldq: usize; qHead: usize; qBatch: usize
  k: usize; ldk: usize; kHead: usize; kBatch: usize
  v: usize; ldv: usize; vHead: usize; vBatch: usize
  o: usize; ldo: usize; oHead: usize; oBatch: usize
  /** 0, or scores to add: sk values for each query, any stride of which may be 0. */
  mask: usize; ldm: usize; mHead: usize; mBatch: usize
  /** Packed keys and values; the largest squared length of each block of 16 keys. */
  kp: usize; vp: usize; kn: usize
  sq: i32; sk: i32; d: i32; dv: i32
  /** Heads of Q, and how many of them share a head of K and V. */
  heads: i32; share: i32
  scale: f32
  /** 1: query i sees keys 0 .. i + sk - sq. */
  causal: i32
}

/** Queries and keys of a tile. */
export const QUERIES = 64, KEYS = 64
const LEAST: f32 = -1e30

/** Scores below this need no maximum: their exponentials and sums stay well inside a float. */
const BOUND: f32 = 60

/** Tiles: blocks of queries within heads within batches. Scratch: scores [64][64], sums and maxima, the output [64][dv padded]. */
export function f32_attention(args: AttentionArgs, begin: u32, end: u32): void {
  const blocks = (args.sq + QUERIES - 1) / QUERIES, keyBlocks = (args.sk + 15) / 16, panels = (args.dv + 15) / 16
  const s = scratch + 1024, most = s + QUERIES * KEYS * 4, sums = most + QUERIES * 4, acc = sums + QUERIES * 4, lda = <usize>panels << 6
  for (let t = <i32>begin; t < <i32>end; t++) {
    const head = t / blocks, batch = head / args.heads, h = <usize>(head - batch * args.heads)
    const q0 = t % blocks * QUERIES, m = min(QUERIES, args.sq - q0)
    const q = args.q + <usize>batch * args.qBatch + h * args.qHead + <usize>q0 * args.ldq
    const mask = args.mask ? args.mask + <usize>batch * args.mBatch + h * args.mHead + <usize>q0 * args.ldm : 0
    const kp = args.kp + (<usize>(head * keyBlocks) * args.d << 6), vp = args.vp + (<usize>(head * panels * keyBlocks) << 10)
    for (let i = 0; i < m; i++) store<f32>(most + (<usize>i << 2), LEAST)
    memory.fill(sums, 0, <usize>m << 2)
    memory.fill(acc, 0, <usize>m * lda)
    if (!mask && !args.causal && bounded(args, q, m, args.kn + (<usize>(head * keyBlocks) << 2), keyBlocks)) {
      direct(args, q, m, kp, vp, s, sums, acc, lda)
      const o = args.o + <usize>batch * args.oBatch + h * args.oHead + <usize>q0 * args.ldo
      for (let i = 0; i < m; i++) finish(acc + <usize>i * lda, load<f32>(sums + (<usize>i << 2)), o + <usize>i * args.ldo, args.dv)
      continue
    }
    const seen = args.causal ? min(args.sk, max(0, q0 + m + args.sk - args.sq)) : args.sk
    for (let k0 = 0; k0 < seen; k0 += KEYS) {
      const n = min(KEYS, args.sk - k0), wide = (n + 15) & ~15
      f32_gemm_block(q, args.ldq, kp + (<usize>(k0 >> 4) * args.d << 6), <usize>args.d << 6, ZERO, 0, 0, s, KEYS << 2, m, wide, args.d)
      for (let i = 0; i < m; i++) {
        const row = s + <usize>i * (KEYS << 2), at = <usize>i << 2
        const width = args.causal ? min(n, max(0, q0 + i + args.sk - args.sq + 1 - k0)) : n
        const factor = scores(row, width, wide, mask ? mask + <usize>i * args.ldm + (<usize>k0 << 2) : 0, args.scale, most + at, sums + at)
        if (factor != 1) {
          const f = f32x4.splat(factor)
          for (let p = acc + <usize>i * lda, last = p + lda; p < last; p += 16) v128.store(p, f32x4.mul(v128.load(p), f))
        }
      }
      f32_gemm_block(s, KEYS << 2, vp + (<usize>k0 << 6), <usize>keyBlocks << 10, acc, lda, 64, acc, lda, m, panels << 4, wide)
    }
    const o = args.o + <usize>batch * args.oBatch + h * args.oHead + <usize>q0 * args.ldo
    for (let i = 0; i < m; i++) finish(acc + <usize>i * lda, load<f32>(sums + (<usize>i << 2)), o + <usize>i * args.ldo, args.dv)
  }
}

/** By Cauchy and Schwarz: whether no score of these queries can leave [-60, 60]. */
function bounded(args: AttentionArgs, q: usize, m: i32, kn: usize, keyBlocks: i32): bool {
  let k: f32 = 0, most: f32 = 0
  for (let i = 0; i < keyBlocks; i++) k = max(k, load<f32>(kn + (<usize>i << 2)))
  for (let i = 0; i < m; i++, q += args.ldq) most = max(most, squared(q, args.d))
  return most * k * args.scale * args.scale <= BOUND * BOUND
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

/** Without maxima: weights are exponentials of the scores as they are. */
function direct(args: AttentionArgs, q: usize, m: i32, kp: usize, vp: usize, s: usize, sums: usize, acc: usize, lda: usize): void {
  const keyBlocks = (args.sk + 15) / 16, d = args.d
  for (let k0 = 0; k0 < args.sk; k0 += KEYS) {
    const n = min(KEYS, args.sk - k0), wide = (n + 15) & ~15
    f32_gemm_block(q, args.ldq, kp + (<usize>(k0 >> 4) * d << 6), <usize>d << 6, ZERO, 0, 0, s, KEYS << 2, m, wide, d)
    for (let i = 0, row = s, sum = sums; i < m; i++, row += KEYS << 2, sum += 4) store<f32>(sum, load<f32>(sum) + weights(row, n, wide, args.scale))
    f32_gemm_block(s, KEYS << 2, vp + (<usize>k0 << 6), <usize>keyBlocks << 10, acc, lda, 64, acc, lda, m, <i32>(lda >> 2), wide)
  }
}

/** exp(scale score) of a row, next to nothing past n; the sum comes back. */
function weights(row: usize, n: i32, wide: i32, scale: f32): f32 {
  for (let i = n; i < wide; i++) store<f32>(row + (<usize>i << 2), -80 / scale)
  const factor = f32x4.splat(scale), end = row + (<usize>wide << 2)
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0
  for (; row < end; row += 64) {
    const a = f32_vexp_bounded(f32x4.mul(v128.load(row), factor)), b = f32_vexp_bounded(f32x4.mul(v128.load(row, 16), factor))
    const c = f32_vexp_bounded(f32x4.mul(v128.load(row, 32), factor)), d = f32_vexp_bounded(f32x4.mul(v128.load(row, 48), factor))
    v128.store(row, a); v128.store(row, b, 16); v128.store(row, c, 32); v128.store(row, d, 48)
    s0 = f32x4.add(s0, a); s1 = f32x4.add(s1, b); s2 = f32x4.add(s2, c); s3 = f32x4.add(s3, d)
  }
  return sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)))
}

/** A row of scores becomes exp(scale score + mask - maximum), 0 past n; what the sum and the output so far must be multiplied by comes back. */
function scores(row: usize, n: i32, wide: i32, mask: usize, scale: f32, most: usize, sum: usize): f32 {
  if (n <= 0) {
    memory.fill(row, 0, <usize>wide << 2)
    return 1
  }
  const end = row + (<usize>wide << 2)
  let factor = f32x4.splat(scale)
  if (mask) {
    for (let i: usize = 0, bytes = <usize>n << 2; i < bytes; i += 4) store<f32>(row + i, load<f32>(row + i) * scale + load<f32>(mask + i))
    factor = f32x4.splat(1)
  }
  for (let p = row + (<usize>n << 2); p < end; p += 4) store<f32>(p, mask ? LEAST : LEAST / scale)
  let m0 = f32x4.splat(LEAST), m1 = m0
  for (let p = row; p < end; p += 32) {
    m0 = f32x4.pmax(m0, f32x4.mul(v128.load(p), factor)); m1 = f32x4.pmax(m1, f32x4.mul(v128.load(p, 16), factor))
  }
  m0 = f32x4.pmax(m0, m1)
  const before = load<f32>(most)
  const now = max(before, max(max(f32x4.extract_lane(m0, 0), f32x4.extract_lane(m0, 1)), max(f32x4.extract_lane(m0, 2), f32x4.extract_lane(m0, 3))))
  const shift = f32x4.splat(-now)
  let s0 = f32x4.splat(0), s1 = s0
  for (let p = row; p < end; p += 32) {
    const a = f32_vexp(madd(v128.load(p), factor, shift)), b = f32_vexp(madd(v128.load(p, 16), factor, shift))
    v128.store(p, a); v128.store(p, b, 16)
    s0 = f32x4.add(s0, a); s1 = f32x4.add(s1, b)
  }
  s0 = f32x4.add(s0, s1)
  const total = (f32x4.extract_lane(s0, 0) + f32x4.extract_lane(s0, 1)) + (f32x4.extract_lane(s0, 2) + f32x4.extract_lane(s0, 3))
  const change = before == now ? <f32>1 : before <= LEAST ? <f32>0 : f32x4.extract_lane(f32_vexp(f32x4.splat(before - now)), 0)
  store<f32>(most, now)
  store<f32>(sum, load<f32>(sum) * change + total)
  return change
}

function finish(acc: usize, sum: f32, o: usize, dv: i32): void {
  const r: f32 = sum > 0 ? 1 / sum : 0, f = f32x4.splat(r), bytes = <usize>dv << 2
  let i: usize = 0
  for (; i + 16 <= bytes; i += 16) v128.store(o + i, f32x4.mul(v128.load(acc + i), f))
  for (; i < bytes; i += 4) store<f32>(o + i, load<f32>(acc + i) * r)
}

import { columns } from './f32-transpose'
import { AttentionArgs, squared } from './f32-attention'

/**
 * Keys become panels [batch][head][sk/16][d][16], values panels [batch][head][dv/16][sk][16], both padded with zeros to whole panels (sk too).
 * Tiles: blocks of 16 keys within heads within batches.
 */
export function f32_attention_pack(args: AttentionArgs, begin: u32, end: u32): void {
  const blocks = (args.sk + 15) / 16, panels = (args.dv + 15) / 16
  for (let t = <i32>begin; t < <i32>end; t++) {
    const block = t % blocks, head = t / blocks, batch = head / args.heads, h = <usize>(head - batch * args.heads) / args.share
    const first = block << 4, n = min(16, args.sk - first)
    const k = args.k + <usize>batch * args.kBatch + h * args.kHead + <usize>first * args.ldk
    const v = args.v + <usize>batch * args.vBatch + h * args.vHead + <usize>first * args.ldv
    keys(k, args.ldk, n, args.d, args.kp + (<usize>(head * blocks + block) * args.d << 6))
    let most: f32 = 0
    for (let i = 0, row = k; i < n; i++, row += args.ldk) most = max(most, squared(row, args.d))
    store<f32>(args.kn + (<usize>t << 2), most)
    for (let p = 0; p < panels; p++)
      values(v + (<usize>p << 6), args.ldv, n, min(16, args.dv - (p << 4)), args.vp + (<usize>((head * panels + p) * blocks + block) << 10))
  }
}

function keys(k: usize, ldk: usize, n: i32, d: i32, to: usize): void {
  if (n < 16) memory.fill(to, 0, <usize>d << 6)
  columns(k, ldk, to, 64, n, d)
}

function values(v: usize, ldv: usize, n: i32, width: i32, to: usize): void {
  if (n < 16 || width < 16) memory.fill(to, 0, 1024)
  for (let j = 0; j < n; j++, v += ldv, to += 64) {
    let i: usize = 0
    const bytes = <usize>width << 2
    for (; i + 16 <= bytes; i += 16) v128.store(to + i, v128.load(v + i))
    for (; i < bytes; i += 4) store<u32>(to + i, load<u32>(v + i))
  }
}

import { AttentionArgs, squared } from './f32-attention'
import { columns } from './f32-transpose'

/** Fills `kp` and `kn`. Tiles: blocks of 16 keys within heads within batches. */
export function f32_attention_pack(args: AttentionArgs, begin: u32, end: u32): void {
  const blocks = (args.sk + 15) / 16, fours = (args.sk + 3) / 4, heads = args.heads / args.share, bytes = <usize>args.d << 4
  for (let t = <i32>begin; t < <i32>end; t++) {
    const head = t / blocks, batch = head / heads, first = (t - head * blocks) << 4, n = min(16, args.sk - first)
    let k = args.k + <usize>batch * args.kBatch + <usize>(head - batch * heads) * args.kHead + <usize>first * args.ldk
    let most: f32 = 0
    for (let i = 0, row = k; i < n; i++, row += args.ldk) most = max(most, squared(row, args.d))
    store<f32>(args.kn + (<usize>t << 2), most)
    for (let i = 0, to = args.kp + <usize>(head * fours + (first >> 2)) * bytes; i < n; i += 4, k += args.ldk << 2, to += bytes) columns(k, args.ldk, to, 16, min(4, n - i), args.d)
  }
}

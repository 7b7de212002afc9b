import { activation } from '../launches/activation.js'
import { after } from '../launches/gemm.js'
import { type Fact } from '../graph/value.js'
import { f32, op, u32 } from './op.js'

/** Pixels of a block: small enough to share the work, large enough that sums of blocks are few. */
function blocksOf(x: Fact): { batch: number; pixels: number; c: number; block: number; blocks: number } {
  const c = x.shape[x.shape.length - 1]!, batch = x.shape[0]!, pixels = x.shape.slice(1, -1).reduce((p, q) => p * q, 1)
  const block = Math.max(1, Math.min(pixels, Math.max(8, Math.ceil(pixels / 16))))
  return { batch, pixels, c, block, blocks: Math.ceil(pixels / block) }
}

/** Group normalisation of x [batch, ..., c] with gamma and beta [c], and an activation. */
export default op({
  name: 'GroupNorm', domain: 'noisegraph', since: 1, attrs: { groups: 1, epsilon: 1e-5, act: 'none' },
  infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  inPlace: [0],
  workspace([x]) {
    const { batch, c, blocks } = blocksOf(x!)
    return batch * (blocks + 1) * 2 * c * 4
  },
  launch({ in: [x, gamma, beta], out: [y], scratch }, { groups, epsilon, act }) {
    const { batch, pixels, c, block, blocks } = blocksOf(x!)
    const args = [x!, y!, gamma!, beta!, scratch, after(scratch, batch * blocks * 2 * c * 4), u32(pixels), u32(c), u32(groups), u32(block), u32(blocks), f32(epsilon), u32(activation(act))]
    return [
      { kernel: 'f32_group_norm_sum', args, tiles: batch * blocks },
      { kernel: 'f32_group_norm_scale', args, tiles: batch * groups },
      { kernel: 'f32_group_norm_apply', args, tiles: batch * blocks },
    ]
  },
})

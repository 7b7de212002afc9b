import { even } from '../graph/half.js'
import { numbers, tensor } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { after } from '../launches/gemm.js'
import { count, op, tiles, u32 } from './op.js'
import { quantise } from './families/quantise.js'

/** To uint8, with the scale and zero point that the values ask for. */
export default op({
  name: 'DynamicQuantizeLinear', since: 11, attrs: {},
  infer: ([x]) => [{ type: 'uint8', shape: x!.shape }, { type: 'float32', shape: [] }, { type: 'uint8', shape: [] }],
  kernels: ([x]) => x!.type === 'float32',
  workspace: ([x]) => tiles(count(x!), 4096) * 8 + 64,
  launch({ in: [x], out: [y, scale, zero], scratch }) {
    const n = u32(count(x!)), range = [x!, after(scratch, 64), scale!, zero!, scratch, n]
    return [
      { kernel: 'f32_range', args: range, tiles: tiles(count(x!), 4096) }, { kernel: 'f32_range_scale', args: range, tiles: 1 },
      { kernel: 'f32_quantise', args: [x!, scratch, zero!, y!, n, u32(0)], tiles: tiles(count(x!), 1024) },
    ]
  },
  compute([x]) {
    const v = Array.from(numbers(x as Tensor)), low = v.reduce((a, b) => Math.min(a, b), 0), high = v.reduce((a, b) => Math.max(a, b), 0), scale = Math.fround((high - low) / 255)
    const zero = scale === 0 ? 0 : even(Math.min(255, Math.max(0, Math.fround(-low / scale)))), s = tensor('float32', [], [scale]), z = tensor('uint8', [], [zero])
    return [quantise(x as Tensor, scale === 0 ? tensor('float32', [], [1]) : s, z, 'uint8', 0, 0), s, z]
  },
})

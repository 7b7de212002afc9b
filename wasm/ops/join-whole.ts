import { numbers, tensor } from '../graph/numbers.js'
import { type Tensor } from '../graph/value.js'
import { count, op, tiles, u32 } from './op.js'

/** 16 high + low + before, of whole numbers: what products of two halves of the factors come to. */
export default op({
  name: 'JoinWhole', domain: 'noisegraph', since: 1, attrs: {},
  infer: ([high]) => [{ type: 'int32', shape: high!.shape }],
  kernels: ([high, low]) => high!.type === 'float32' && low!.type === 'float32',
  launch: ({ in: [high, low, before], out: [y] }) => [{ kernel: 'i32_join', args: [high!, low!, before ?? u32(0), y!, u32(count(y!))], tiles: tiles(count(y!), 1024) }],
  compute([high, low, before]) {
    const h = numbers(high as Tensor), l = numbers(low as Tensor), b = before && numbers(before as Tensor)
    return [tensor('int32', (high as Tensor).shape, Float64Array.from({ length: h.length }, (_, i) => 16 * h[i]! + l[i]! + (b?.[i] ?? 0)))]
  },
})

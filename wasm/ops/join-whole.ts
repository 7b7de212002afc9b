import { count, op, tiles, u32 } from './op.js'

/** high + before, or 16 high + low + before where there is `low`: sums of whole products, or of products of two halves of the factors, as int32. */
export default op({
  name: 'JoinWhole', domain: 'noisegraph', since: 1, attrs: {},
  infer: ([high]) => [{ type: 'int32', shape: high!.shape }],
  kernels: ([high, low]) => high!.type === 'float32' && (!low || low.type === 'float32'),
  launch: ({ in: [high, low, before], out: [y] }) => [{ kernel: 'i32_join', args: [high!, low ?? u32(0), before ?? u32(0), y!, u32(count(y!))], tiles: tiles(count(y!), 1024) }],
})

import { int64, list } from '../graph/numbers.js'
import { allocate, type Tensor } from '../graph/value.js'
import { op, type Item } from './op.js'
import { stack } from './families/stack.js'

export default op({
  name: 'Loop', since: 1, attrs: {},
  async compute([trips, start, ...initial], _a, host) {
    const most = trips ? list(trips as Tensor)[0]! : Infinity, scans: Tensor[][] = []
    let carried = initial as Item[], go = !start || Boolean((start as Tensor).data[0])
    for (let i = 0; go && i < most; i++) {
      const out = await host.run('body', [int64([i], []), { type: 'bool', shape: [], data: Uint8Array.of(1) }, ...carried])
      go = Boolean((out[0] as Tensor).data[0])
      carried = out.slice(1, 1 + initial.length)
      out.slice(1 + initial.length).forEach((s, k) => (scans[k] ??= []).push(s as Tensor))
    }
    const wanted = host.outputs.length - initial.length
    return [...carried, ...Array.from({ length: wanted }, (_, k): Item => scans[k] ? stack(scans[k], 0) : { type: 'float32', shape: [0], data: allocate('float32', 0) })]
  },
})

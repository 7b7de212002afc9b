import { type Tensor } from '../graph/value.js'
import { op } from './op.js'
import { maxPool, pooled } from './families/pool.js'
import { windowAttrs, windowOf } from './families/window.js'

export default op({
  name: 'MaxPool', since: 1, attrs: { ...windowAttrs, ceil_mode: 0, storage_order: 0 },
  infer([x], a, outputs) { const shape = [...x!.shape.slice(0, 2), ...windowOf(x!.shape.slice(2), a.kernel_shape, a).out]; return [{ type: x!.type, shape }, { type: 'int64' as const, shape }].slice(0, outputs) },
  means([x], a, facts, _opset, outputs) { const y = outputs === 1 ? pooled(x!, facts, 'max', a) : undefined; return y && [y] },
  compute: ([x], a, host) => maxPool(x as Tensor, windowOf((x as Tensor).shape.slice(2), a.kernel_shape, a), a.storage_order, host.outputs.length > 1),
})

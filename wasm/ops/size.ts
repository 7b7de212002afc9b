import { int64 } from '../graph/numbers.js'
import { size } from '../graph/value.js'
import { op, type Item } from './op.js'

export default op({
  name: 'Size', since: 1, attrs: {},
  infer([x]) { const value = int64([size(x!.shape)], []); return [{ ...value, value }] },
  compute: ([x]) => [int64([size((x as Extract<Item, { shape: unknown }>).shape)], [])],
})

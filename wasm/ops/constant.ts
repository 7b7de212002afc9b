import { float32, int64, tensor } from '../graph/numbers.js'
import { op, type Item } from './op.js'

export default op({
  name: 'Constant', since: 1,
  attrs: { value: null as Item | null, value_float: null as number | null, value_floats: null as readonly number[] | null, value_int: null as number | null, value_ints: null as readonly number[] | null, value_string: null as string | null, value_strings: null as readonly string[] | null },
  compute(_, a) {
    if (a.value) {
      if (typeof a.value !== 'object' || !('type' in a.value)) throw new Error('its value is no tensor')
      return [a.value]
    }
    if (a.value_float !== null) return [tensor('float32', [], [a.value_float])]
    if (a.value_floats !== null) return [float32(a.value_floats)]
    if (a.value_int !== null) return [int64([a.value_int], [])]
    if (a.value_ints !== null) return [int64(a.value_ints)]
    if (a.value_string !== null) return [{ type: 'string', shape: [], data: [a.value_string] }]
    if (a.value_strings !== null) return [{ type: 'string', shape: [a.value_strings.length], data: a.value_strings }]
    throw new Error('a constant without a value (sparse constants are not supported)')
  },
})

import { call, op } from './op.js'
import { bytes, real } from './families/qlinear.js'

/** Scale and zero point of the result, then tensors, each with its own. */
export default op({
  name: 'QLinearConcat', domain: 'com.microsoft', since: 1, attrs: { axis: 0 },
  means([scale, zero, ...parts], { axis }, facts) {
    if (!parts.length || parts.length % 3) throw new Error(`a tensor, its scale and its zero point are three inputs each, not ${parts.length} in all`)
    return [bytes(call('Concat', Array.from({ length: parts.length / 3 }, (_, i) => real(parts[3 * i], parts[3 * i + 1], parts[3 * i + 2])), { axis }), scale, zero, facts[2]!)]
  },
})

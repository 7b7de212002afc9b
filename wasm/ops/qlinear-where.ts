import { call, op } from './op.js'
import { bytes, real } from './families/qlinear.js'

export default op({
  name: 'QLinearWhere', domain: 'com.microsoft', since: 1, attrs: {},
  means: ([condition, x, xScale, xZero, y, yScale, yZero, scale, zero], _attrs, facts) => [bytes(call('Where', [condition, real(x, xScale, xZero), real(y, yScale, yZero)]), scale, zero, facts[1]!)],
})

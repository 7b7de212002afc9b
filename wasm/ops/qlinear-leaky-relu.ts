import { call } from './op.js'
import { qlinear } from './families/qlinear.js'

export default qlinear('QLinearLeakyRelu', { alpha: 0.01 }, (x, { alpha }) => call('LeakyRelu', [x], { alpha }))

import { call } from './op.js'
import { qlinear } from './families/qlinear.js'

export default qlinear('QLinearSigmoid', {}, x => call('Sigmoid', [x]))

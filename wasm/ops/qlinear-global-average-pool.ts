import { call } from './op.js'
import { onPlanes, qlinear } from './families/qlinear.js'

export default qlinear('QLinearGlobalAveragePool', { channels_last: 0 }, (x, { channels_last: last }, { shape }) => onPlanes(x, shape.length, last !== 0, p => call('GlobalAveragePool', [p])))

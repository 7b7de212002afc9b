import { call } from './op.js'
import { onPlanes, qlinear } from './families/qlinear.js'
import { windowAttrs } from './families/window.js'

export default qlinear('QLinearAveragePool', { ...windowAttrs, ceil_mode: 0, count_include_pad: 0, channels_last: 0 }, (x, { channels_last: last, ...window }, { shape }) =>
  onPlanes(x, shape.length, last !== 0, p => call('AveragePool', [p], window)))

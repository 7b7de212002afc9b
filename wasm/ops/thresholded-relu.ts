import { unary } from './families/elementwise.js'

export default unary({ name: 'ThresholdedRelu', since: 10, attrs: { alpha: 1 }, f: (x, { alpha }) => x > alpha ? x : 0, kernel: 'f32_thresholded_relu', parameters: a => [a.alpha, 0] })

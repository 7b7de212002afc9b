import { variadic } from './families/elementwise.js'

export default variadic('Min', 6, (a, b) => Number.isNaN(a) || Number.isNaN(b) ? NaN : Math.min(a, b), 'f32_min', (a, b) => a < b ? a : b)

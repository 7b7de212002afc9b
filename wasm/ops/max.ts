import { variadic } from './families/elementwise.js'

export default variadic('Max', 6, (a, b) => Number.isNaN(a) || Number.isNaN(b) ? NaN : Math.max(a, b), 'f32_max', (a, b) => a > b ? a : b)

import { variadic } from './families/elementwise.js'

export default variadic('Sum', 6, (a, b) => a + b, 'f32_add', (a, b) => a + b)

import { cumulative } from './cum-sum.js'

export default cumulative('CumProd', 26, 1, (s, x) => s * x)

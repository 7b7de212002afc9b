import { qlinearPair } from './families/qlinear.js'

export default qlinearPair('QLinearMul', 'Mul')

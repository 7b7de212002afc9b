import { qlinearPair } from './families/qlinear.js'

export default qlinearPair('QLinearAdd', 'Add')

import { mustPass, testConditioner } from 'noisegraph/conformance'
import colour from './colour.js'

test('keeps to the contract', async () => mustPass(await testConditioner(colour)))

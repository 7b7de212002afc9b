import { mustPass, testSampler } from 'noisegraph/conformance'
import ralston from './ralston.js'

test('keeps to the contract, and has the order that it says', async () => mustPass(await testSampler(ralston)))

test('also with the second call elsewhere', async () => mustPass(await testSampler(ralston, { options: { share: 0.5 } })))

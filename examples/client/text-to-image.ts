/** A picture from words: text-to-image.ts [address] [file] [prompt] */
import { connect } from 'noisegraph/client'
import { make } from './make.js'

const [address = 'http://localhost:4000', file = 'fox.png', prompt = 'a fox in the snow'] = process.argv.slice(2)
await make(connect(address), { prompt, sampler: { eulerAncestral: { eta: 0.8 } }, steps: 25 }, file)

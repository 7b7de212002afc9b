/** A video that leads from one picture to another, with any model of pictures: morph.ts [address] [file] [prompt] [prompt] */
import { connect } from 'noisegraph/client'
import { make } from './make.js'

const [address = 'http://localhost:4000', file = 'way.webp', prompt = 'a red apple', toPrompt = 'a green pear'] = process.argv.slice(2)
// Noise leads from seed to toSeed on an arc; leave toSeed out, and only the words change.
await make(connect(address), { prompt, seed: '7', frames: 8, steps: 20, conditioners: [{ morph: { toPrompt, toSeed: 9 } }] }, file)

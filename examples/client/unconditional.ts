/** Whatever a model was trained on, a picture or a sound: unconditional.ts [address] [file] [model] */
import { connect } from 'noisegraph/client'
import { make } from './make.js'

const [address = 'http://localhost:4000', file = 'any.wav', model = 'dance'] = process.argv.slice(2)
// `seed` would make the same one again.
await make(connect(address), { model, steps: 20 }, file)

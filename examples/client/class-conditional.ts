/** A picture of one of the classes that a model knows: class-conditional.ts [address] [file] [model] [label] */
import { connect } from 'noisegraph/client'
import { make } from './make.js'

const [address = 'http://localhost:4000', file = 'class.png', model = 'dit', label = '3'] = process.argv.slice(2)
await make(connect(address), { model, steps: 20, guidanceScale: 4, conditioners: [{ classLabel: { label: Number(label) } }] }, file)

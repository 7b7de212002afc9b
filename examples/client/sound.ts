/** A sound from words: sound.ts [address] [file] [model] [prompt] [seconds] */
import { connect } from 'noisegraph/client'
import { make } from './make.js'

const [address = 'http://localhost:4000', file = 'rain.wav', model = 'audioldm', prompt = 'rain on a tin roof', seconds = '2'] = process.argv.slice(2)
await make(connect(address), { model, prompt, seconds: Number(seconds), steps: 20 }, file)

/** A clip painted anew, with a model of pictures or of videos: video-to-video.ts [address] [file] [clip] [prompt] [model] */
import { readFile } from 'node:fs/promises'
import { connect } from 'noisegraph/client'
import { make } from './make.js'

const [address = 'http://localhost:4000', file = 'other.webp', clip = 'way.webp', prompt = 'a blue fish', model = 'emoji64'] = process.argv.slice(2)
const server = connect(address)
// An animated WebP or GIF; the result is as long as it is.
const { id } = await server.upload(new Uint8Array(await readFile(clip)))
await make(server, { model, prompt, seed: '7', steps: 20, conditioners: [{ videoToVideo: { clip: id, strength: 0.6 } }] }, file)

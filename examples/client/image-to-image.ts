/** Another picture from one that is there: image-to-image.ts [address] [file] [picture] [prompt] */
import { readFile } from 'node:fs/promises'
import { connect } from 'noisegraph/client'
import { make } from './make.js'

const [address = 'http://localhost:4000', file = 'changed.png', picture = 'fox.png', prompt = 'a red apple'] = process.argv.slice(2)
const server = connect(address)
const { id } = await server.upload(new Uint8Array(await readFile(picture)))
// 0 keeps the picture, 1 leaves only a trace of it.
await make(server, { prompt, steps: 25, conditioners: [{ imageToImage: { picture: id, strength: 0.7 } }] }, file)

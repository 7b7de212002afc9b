/** The part of a picture that a mask leaves white is painted anew: inpaint.ts [address] [file] [picture] [mask] [prompt] */
import { readFile } from 'node:fs/promises'
import { connect } from 'noisegraph/client'
import { make } from './make.js'

const [address = 'http://localhost:4000', file = 'painted.png', picture = 'fox.png', mask = 'mask.png', prompt = 'a snowman at night'] = process.argv.slice(2)
const server = connect(address)
const upload = async (path: string) => (await server.upload(new Uint8Array(await readFile(path)))).id
await make(server, { prompt, steps: 25, conditioners: [{ inpaint: { picture: await upload(picture), mask: await upload(mask) } }] }, file)

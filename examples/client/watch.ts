/** Asks a running server for a picture and watches it being made: watch.ts [address] [prompt] [file] */
import { writeFile } from 'node:fs/promises'
import { connect } from 'noisegraph/client'

const [address = 'http://localhost:4000', prompt = 'a fox in the snow', file = 'fox.png'] = process.argv.slice(2)
const server = connect(address)

const { id, seed } = await server.generate({ prompt, sampler: { eulerAncestral: { eta: 0.8 } }, steps: 25 })
console.log(`generation ${id}, seed ${seed}`)

// Comes back by itself where the connection is lost, and misses nothing.
for await (const event of server.follow(id)) {
  if (event.__typename === 'StepEvent') console.log(`step ${event.index + 1} of ${event.total ?? '?'}`)
  if (event.__typename === 'FailedEvent') throw new Error(event.message)
  if (event.__typename === 'SucceededEvent') {
    const picture = await fetch(server.url(event.artifacts[0]!.url))
    await writeFile(file, new Uint8Array(await picture.arrayBuffer()))
    console.log(`${file} is ready`)
  }
}

/** Asks a server for something, says how it comes along, and saves what it made. */
import { writeFile } from 'node:fs/promises'
import type { Client, GenerateInput } from 'noisegraph/client'

export async function make(server: Client, input: GenerateInput, file: string): Promise<void> {
  const { id, seed } = await server.generate(input)
  console.log(`generation ${id}, seed ${seed}`)
  // Comes back by itself where the connection is lost, and misses nothing.
  for await (const event of server.follow(id)) {
    if (event.__typename === 'StepEvent') console.log(`step ${event.index + 1} of ${event.total ?? '?'}`)
    if (event.__typename === 'FailedEvent') throw new Error(event.message)
    if (event.__typename === 'SucceededEvent') {
      const made = await fetch(server.url(event.artifacts[0]!.url))
      await writeFile(file, new Uint8Array(await made.arrayBuffer()))
      console.log(`${file} is ready`)
    }
  }
}

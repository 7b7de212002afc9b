import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { findCases } from '../cases.js'
import { type Seed } from './mutate.js'
import { messages, parse, write, type Message } from './tree.js'

const root = new URL('../../../../', import.meta.url)
const large = ['models/emoji64/text_encoder', 'models/emoji64/vae_decoder', 'models/emoji64/vae_encoder', 'models/emoji64/unet', 'bench/networks/small']
const text = (s: string): Uint8Array => new TextEncoder().encode(s)

/** The files that are mutated: the models of the ONNX node tests, the shipped model's parts and a benchmark network, these with their larger weights outside the file. */
export async function readSeeds(every = 1): Promise<Seed[]> {
  const cases = await findCases(fileURLToPath(new URL('wasm/conformance/data/node.tar.gz', root)))
  const small = await Promise.all(cases.filter((_, i) => i % every === 0).map(async c => seed(c.id, new Uint8Array(await c.model()))))
  const cut = await Promise.all(large.map(async path => {
    const tree = parse(new Uint8Array(await readFile(new URL(`${path}/model.onnx`, root))))
    for (const t of messages(tree)) if (t.kind === 'tensor') moveOutside(t)
    return seed(path, write(tree))
  }))
  return [...small.filter(s => s.bytes.length < 1 << 16), ...cut]
}

const seed = (name: string, bytes: Uint8Array): Seed => ({ name, bytes, tree: parse(bytes) })

function moveOutside(t: Message): void {
  const raw = t.fields.find(f => f.number === 9)
  if (!(raw?.value instanceof Uint8Array) || raw.value.length < 256) return
  const entry = { kind: 'entry', fields: [{ number: 1, wire: 2, value: text('location') }, { number: 2, wire: 2, value: text('weights') }] }
  t.fields = [...t.fields.filter(f => f !== raw), { number: 13, wire: 2, value: entry }, { number: 14, wire: 0, value: 1n }]
}

/**
 * Loads damaged copies of real ONNX files: bytes flipped, cut out, doubled, moved, or replaced by awkward numbers. A file is either loaded (and, every so often, run) or refused with an EngineError;
 * anything else, or a load of more than two seconds, is a finding: it is printed with its seed, and the exit status is 1.
 *   node scripts/conformance/fuzz.mjs [--count 1000000] [--seed 1] [--archive FILE.tar.gz]
 */
import { createEngine, EngineError } from '../../dist/wasm/index.js'
import { findCases } from '../../dist/wasm/conformance/cases.js'
import { randoms } from '../../dist/wasm/ops/families/random.js'
import { size, allocate } from '../../dist/wasm/graph/value.js'

const args = process.argv.slice(2), value = (name, fallback) => args.includes(name) ? args[args.indexOf(name) + 1] : fallback
const count = Number(value('--count', 1_000_000)), first = Number(value('--seed', 1))
const files = await Promise.all((await findCases(value('--archive', new URL('../../wasm/conformance/data/node.tar.gz', import.meta.url).pathname))).map(async c => [c.id, await c.model()]))
const engine = await createEngine({ build: 'plain', maximumMemory: 256 << 20, debug: true })
const awkward = [0, 1, 127, 128, 255, 0x7f, 0xff, 0x80, 0x0a, 0x12]
let loaded = 0, ran = 0, refused = 0, findings = 0

for (let seed = first; seed < first + count; seed++) {
  const next = randoms(seed), [id, original] = files[Math.floor(next() * files.length)], bytes = mutate(original, next), began = performance.now()
  try {
    const session = await engine.load(bytes)
    loaded++
    if (seed % 10 === 0 && await run(session)) ran++
    await session.close()
  } catch (e) {
    refused++
    if (!(e instanceof EngineError) || e.code === 'FAILED') report(seed, id, e)
  }
  if (performance.now() - began > 2000) report(seed, id, new Error(`it took ${Math.round(performance.now() - began)} ms`))
  if ((seed - first + 1) % 20_000 === 0) console.log(`${seed - first + 1} files: ${loaded} loaded, ${ran} run, ${refused} refused, ${findings} findings`)
}
console.log(`${count} files: ${loaded} loaded, ${ran} run, ${refused} refused, ${findings} findings; ${engine.memory().used} bytes in use`)
await engine.close()
process.exitCode = findings ? 1 : 0

function mutate(original, next) {
  let bytes = Uint8Array.from(original)
  for (let k = 1 + Math.floor(next() ** 3 * 8); k > 0 && bytes.length; k--) {
    const at = Math.floor(next() * bytes.length), n = 1 + Math.floor(next() ** 4 * 40)
    switch (Math.floor(next() * 6)) {
      case 0: bytes[at] ^= 1 << Math.floor(next() * 8); break
      case 1: bytes[at] = awkward[Math.floor(next() * awkward.length)]; break
      case 2: bytes = bytes.slice(0, at); break
      case 3: bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + n)]); break
      case 4: bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at, at + n), ...bytes.subarray(at)]); break
      default: bytes.copyWithin(at, Math.floor(next() * bytes.length), Math.floor(next() * bytes.length))
    }
  }
  return bytes
}

/** On zeros of the declared shapes, where they are small. */
async function run(session) {
  const feeds = {}
  for (const p of session.inputs) {
    if (p.type === 'sequence' || p.type === 'optional' || p.type === 'string' || !p.shape) return false
    const shape = p.shape.map(d => typeof d === 'number' ? d : 1)
    if (size(shape) > 1 << 20) return false
    feeds[p.name] = { type: p.type, shape, data: allocate(p.type, size(shape)) }
  }
  await session.run(feeds, { signal: AbortSignal.timeout(1000) })
  return true
}

function report(seed, id, e) {
  findings++
  console.log(`seed ${seed} (${id}): ${e instanceof Error ? `${e.name}: ${e.message.slice(0, 300)}\n${e.stack?.split('\n').slice(1, 4).join('\n')}` : e}`)
}

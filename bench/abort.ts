/** How soon a run of the engine stops when it is aborted, and what its threads cost when nothing runs: [--json]. */
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { columns } from '../cli/style.js'
import { createEngine, type Session } from '../wasm/index.js'

const unet = fileURLToPath(new URL('../../models/emoji64/unet/model.onnx', import.meta.url))
const runs = 40
const idleSeconds = 5

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } })
  const engine = await createEngine()
  try {
    const session = await engine.load(unet)
    await session.run(feeds)
    const began = performance.now()
    await session.run(feeds)
    const whole = performance.now() - began
    const latencies: number[] = []
    for (let i = 0; i < runs; i++) {
      const latency = await aborted(session, (whole * (i + 0.5)) / runs)
      if (latency !== undefined) latencies.push(latency)
    }
    latencies.sort((a, b) => a - b)
    await sleep(500)
    const before = process.cpuUsage()
    await sleep(idleSeconds * 1000)
    const { user, system } = process.cpuUsage(before)
    const result = {
      threads: engine.threads, runMilliseconds: whole, aborts: latencies.length, medianMilliseconds: latencies[latencies.length >> 1]!, maxMilliseconds: latencies.at(-1)!,
      idlePercent: (user + system) / (idleSeconds * 1e4),
    }
    console.log(values.json ? JSON.stringify(result) : columns(Object.entries(result).map(([name, value]) => [name, String(Math.round(value * 1000) / 1000)])))
  } finally {
    await engine.close()
  }
}

/** The shipped U-Net at six times the width that it was trained for, two pictures: most of a second on two cores. */
const side = 96
const wave = (n: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(i))
const feeds = {
  sample: { type: 'float32', shape: [2, 4, side, side], data: wave(2 * 4 * side * side) },
  timestep: { type: 'int64', shape: [1], data: BigInt64Array.of(500n) },
  encoder_hidden_states: { type: 'float32', shape: [2, 32, 128], data: wave(2 * 32 * 128) },
} as const

/** Milliseconds from the abort to the answer; nothing where the run was over before. */
async function aborted(session: Session, after: number): Promise<number | undefined> {
  const abort = new AbortController()
  const answer = session.run(feeds, { signal: abort.signal }).then(() => 'finished', () => performance.now())
  await sleep(after)
  const at = performance.now()
  abort.abort()
  const ended = await answer
  return typeof ended === 'number' ? ended - at : undefined
}

/** One picture of the model that ships: seconds to load, steps a second, seconds to decode. --device, --steps, --threads, --json. */
import { parseArgs } from 'node:util'
import { columns } from '../cli/style.js'
import { openTerminal } from '../cli/terminal.js'
import type { DeviceChoice } from '../server/core/order.js'

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { device: { type: 'string', default: 'auto' }, steps: { type: 'string', default: '20' }, threads: { type: 'string' }, json: { type: 'boolean' } } })
  const device = values.device as DeviceChoice
  await using terminal = await openTerminal({ device, threads: values.threads ? Number(values.threads) : undefined })
  const order = await terminal.order({ prompt: 'a red apple on a blue background', seed: '7', steps: Number(values.steps), device })
  const at: Record<string, number> = { begin: performance.now() }
  let ran = ''
  for await (const it of terminal.generate(order, new AbortController().signal)) {
    at[it.type] ??= performance.now()
    if (it.type === 'started') ran = it.device
  }
  at.end = performance.now()
  const seconds = (from: string, to: string) => Math.round(at[to]! - at[from]!) / 1000
  const result = {
    device: ran, steps: order.steps, loadSeconds: seconds('begin', 'started'), stepsPerSecond: Math.round((10 * order.steps) / seconds('started', 'decoding')) / 10,
    decodeSeconds: seconds('decoding', 'end'), totalSeconds: seconds('begin', 'end'),
  }
  console.log(values.json ? JSON.stringify(result) : columns(Object.entries(result).map(([key, value]) => [key, String(value)])))
}

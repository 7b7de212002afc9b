/** What pictures lose when weights are held in narrower types: the same orders for each, peak signal-to-noise ratio against float32. [--steps N] [--json] */
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { columns } from '../cli/style.js'
import { openTerminal } from '../cli/terminal.js'
import { type Precision } from '../server/settings.js'

const prompts = ['a red apple', 'a smiling cat', 'a rocket in the night sky', 'a yellow flower', 'a slice of pizza', 'a blue fish']
const precisions: readonly Precision[] = ['fp32', 'stored', 'fp16', 'int8', 'int4']

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { steps: { type: 'string', default: '20' }, json: { type: 'boolean' } } })
  let exact: readonly Uint8Array[] | undefined
  const rows: { precision: Precision; least: number; mean: number }[] = []
  for (const precision of precisions) {
    const pictures = await made(precision, Number(values.steps))
    exact ??= pictures
    const ratios = pictures.map((p, i) => psnr(p, exact![i]!))
    rows.push({ precision, least: Math.min(...ratios), mean: ratios.reduce((a, b) => a + b, 0) / ratios.length })
  }
  console.log(values.json ? JSON.stringify(rows) : columns([['precision', 'PSNR dB, mean', 'least'], ...rows.map(r => [r.precision, r.mean.toFixed(1), r.least.toFixed(1)])]))
}

async function made(precision: Precision, steps: number): Promise<Uint8Array[]> {
  await using terminal = await openTerminal({ device: 'wasm', precision })
  const pictures: Uint8Array[] = []
  for (const [i, prompt] of prompts.entries()) {
    const order = await terminal.order({ steps, seed: String(i + 1), conditioners: [{ name: 'text', options: { prompt } }] } as unknown as Parameters<typeof terminal.order>[0])
    const run = terminal.generate(order, new AbortController().signal)
    let last = await run.next()
    while (!last.done) last = await run.next()
    pictures.push(await sharp(last.value[0]!.bytes).removeAlpha().raw().toBuffer())
  }
  return pictures
}

/** In decibels, of values from 0 to 255; infinite where nothing differs. */
function psnr(a: Uint8Array, b: Uint8Array): number {
  const squares = a.reduce((s, v, i) => s + (v - b[i]!) ** 2, 0) / a.length
  return 10 * Math.log10(255 ** 2 / squares)
}

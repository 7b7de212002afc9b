/** Times the WASM engine beside ONNX Runtime, all engines taking turns in one run, after their outputs have been compared. --all makes the run, tables and plots of docs/performance.md. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type EngineName } from './engine-child.js'
import { networks } from './networks.js'
import { peakOfCore } from './peak.js'
import { type Result, documents } from './report.js'
import { profileText, rowText, summary } from './text.js'
import { type Round, measure } from './turns.js'
import { networkFolder } from './weights.js'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
const engines: readonly EngineName[] = ['wasm', 'wasm-plain', 'wasm-strict', 'onnxruntime-web', 'onnxruntime-node']
/** What grows is measured without the strict build; onnxruntime-web has no room for attention on larger pictures. */
const growing: readonly EngineName[] = ['wasm', 'wasm-plain', 'onnxruntime-web', 'onnxruntime-node'], large: readonly EngineName[] = ['wasm', 'wasm-plain', 'onnxruntime-node']

export async function run(args: readonly string[]): Promise<void> {
  const { values: o } = parseArgs({
    args: [...args],
    options: {
      all: { type: 'boolean' }, networks: { type: 'string', default: 'small,medium,quarter-sd' }, engines: { type: 'string', default: engines.join() }, threads: { type: 'string', default: '1,2' },
      batches: { type: 'string', default: '1,2' }, sides: { type: 'string' }, seconds: { type: 'string', default: '2' }, json: { type: 'boolean' }, profile: { type: 'boolean' }, out: { type: 'string' },
    },
  })
  const threads = whole(o.threads), which = o.engines.split(',').map(e => engines.find(x => x === e) ?? fail(`There is no engine "${e}"; there are ${engines.join(', ')}.`))
  const round = (name: string, more: Partial<Round> & Pick<Round, 'threads'>): Round => {
    const network = networks.find(n => n.name === name) ?? fail(`There is no network "${name}"; there are ${networks.map(n => n.name).join(', ')}.`)
    return {
      network, model: join(networkFolder(root, name), 'model.onnx'), batches: whole(o.batches), sides: o.sides ? whole(o.sides) : [network.side], engines: which,
      seconds: Number(o.seconds), ...more,
    }
  }
  const most = Math.min(2, cpus().length)
  const rounds = o.all ? [
    ...['small', 'medium', 'quarter-sd'].flatMap(n => [...new Set([1, most])].map(t => round(n, { threads: t, batches: [1, 2], profile: t === 1 }))),
    round('small', { threads: most, batches: [4, 8], engines: growing }),
    round('quarter-sd', { threads: most, batches: [1], sides: [32], engines: growing }),
    round('quarter-sd', { threads: most, batches: [1], sides: [96, 128], engines: large }),
  ] : o.networks.split(',').flatMap(n => threads.map((t, i) => round(n, { threads: t, profile: Boolean(o.profile) && i === 0 })))
  const peak = await peakOfCore(), result: Result = {
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version, date: new Date().toISOString(), peakGflops: Number(peak.toFixed(1)), load: loadavg()[0]! },
    rows: [], profiles: [],
  }
  const out = resolve(root, o.out ?? (o.all ? 'bench/results/engine.json' : 'bench/results/last.json'))
  mkdirSync(dirname(out), { recursive: true })
  for (const r of rounds) {
    await measure(r, peak, row => { result.rows.push(row); if (!o.json) console.log(rowText(row)) }, p => { result.profiles.push(p); if (!o.json && o.profile) console.log(profileText(p)) })
    writeFileSync(out, `${JSON.stringify(result, null, 1)}\n`)
  }
  console.log(o.json ? JSON.stringify(result) : summary(result.rows))
  if (o.all) for (const [path, text] of Object.entries(documents(result, path => readFileSync(join(root, path), 'utf8')))) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

function whole(text: string): number[] {
  const list = text.split(',').map(Number)
  return list.every(n => Number.isInteger(n) && n > 0) ? list : fail(`"${text}" is no list of whole numbers above 0.`)
}

function fail(message: string): never { throw new Error(message) }

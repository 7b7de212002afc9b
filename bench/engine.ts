/** Times the WASM engine beside ONNX Runtime, all engines taking turns in one run, after their outputs have been compared. Without options that narrow it, it makes the run, tables and plots of docs/performance.md. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Precision } from '../wasm/index.js'
import { type Contender, engines, nameOf, roomy } from './contenders.js'
import { type EngineName } from './engine-child.js'
import { networks } from './networks.js'
import { peakOfCore } from './peak.js'
import { documents } from './report.js'
import { type Result } from './result.js'
import { sourcesOf } from './sources.js'
import { profileText, rowText, summary } from './text.js'
import { type Round, measure } from './turns.js'
import { networkFolder } from './weights.js'

const root = resolve(fileURLToPath(import.meta.url), '../../..'), usual = ['small', 'medium', 'quarter-sd'], precisions: readonly Precision[] = ['stored', 'float32', 'float16', 'int8', 'int4']
const of = (...names: readonly EngineName[]): Contender[] => names.map(engine => ({ engine }))
/** What grows is measured without the strict build; onnxruntime-web has no room for attention on larger pictures. */
const growing = of('wasm', 'wasm-plain', 'onnxruntime-web', 'onnxruntime-node'), large = of('wasm', 'wasm-plain', 'onnxruntime-node')

export async function run(args: readonly string[]): Promise<void> {
  const { values: o } = parseArgs({
    args: [...args],
    options: {
      networks: { type: 'string' }, engines: { type: 'string' }, precision: { type: 'string' }, stream: { type: 'string' }, threads: { type: 'string' },
      batches: { type: 'string' }, sides: { type: 'string' }, seconds: { type: 'string', default: '2' }, data: { type: 'string' }, json: { type: 'boolean' }, profile: { type: 'boolean' }, out: { type: 'string' },
    },
  })
  const narrowed = [o.networks, o.engines, o.precision, o.stream, o.threads, o.batches, o.sides].some(v => v !== undefined)
  const threads = whole(o.threads ?? '1,2'), which = (o.engines ?? engines.join()).split(',').map(e => engines.find(x => x === e) ?? fail(`There is no engine "${e}"; there are ${engines.join(', ')}.`))
  const precision = o.precision === undefined ? undefined : precisions.find(p => p === o.precision) ?? fail(`There is no precision "${o.precision}"; there are ${precisions.join(', ')}.`)
  const ours = { ...precision && { precision }, ...o.stream && { stream: whole(o.stream)[0]! } }, asked = of(...which).map(c => c.engine.startsWith('wasm') ? { ...c, ...ours } : c)
  const round = (name: string, more: Partial<Round> & Pick<Round, 'threads'>): Round => {
    const network = networks.find(n => n.name === name) ?? fail(`There is no network "${name}"; there are ${networks.map(n => n.name).join(', ')}.`)
    return {
      network, model: join(networkFolder(root, name, o.data), 'model.onnx'), batches: whole(o.batches ?? '1,2'), sides: o.sides ? whole(o.sides) : [network.side],
      engines: network.large && !o.precision && !o.stream ? roomy.filter(c => which.includes(c.engine)) : network.large && !o.engines ? asked.filter(c => roomy.some(r => r.engine === c.engine)) : asked, seconds: Number(o.seconds), ...more,
    }
  }
  const most = Math.min(2, cpus().length)
  const rounds = narrowed ? (o.networks?.split(',') ?? usual).flatMap(n => threads.map((t, i) => round(n, { threads: t, profile: Boolean(o.profile) && i === 0 }))) : [
    ...usual.flatMap(n => [...new Set([1, most])].map(t => round(n, { threads: t, profile: t === 1 }))),
    round('small', { threads: most, batches: [4, 8], engines: growing }),
    round('quarter-sd', { threads: most, batches: [1], sides: [32], engines: growing }),
    round('quarter-sd', { threads: most, batches: [1], sides: [96, 128], engines: large }),
  ]
  const peak = await peakOfCore(), result: Result = {
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version, date: new Date().toISOString(), peakGflops: Number(peak.toFixed(1)), load: loadavg()[0]! },
    rows: [], profiles: [], refusals: [],
  }
  const out = resolve(root, o.out ?? (narrowed ? 'bench/results/last.json' : 'bench/results/engine.json'))
  mkdirSync(dirname(out), { recursive: true })
  for (const r of rounds) {
    await measure(r, peak, {
      row: row => { result.rows.push(row); if (!o.json) console.log(rowText(row)) },
      profile: p => { result.profiles.push(p); if (!o.json && o.profile) console.log(profileText(p)) },
      refusal: (network, by, why) => { result.refusals!.push({ network, ...by, threads: r.threads, why }); console.error(`${network}: ${nameOf(by)} cannot do it: ${why}`) },
    })
    writeFileSync(out, `${JSON.stringify(result, null, 1)}\n`)
  }
  console.log(o.json ? JSON.stringify(result) : summary(result.rows))
  if (!narrowed) for (const [path, text] of Object.entries(documents(sourcesOf(root), path => readFileSync(join(root, path), 'utf8')))) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

function whole(text: string): number[] {
  const list = text.split(',').map(Number)
  return list.every(n => Number.isInteger(n) && n > 0) ? list : fail(`"${text}" is no list of whole numbers above 0.`)
}

function fail(message: string): never { throw new Error(message) }

import { engines, nameOf } from './contenders.js'
import { type EngineName } from './engine-child.js'
import { type Line, type Plot, plotSvg } from './plot.js'
import { speed } from './text.js'
import { memoryTable } from './memory-table.js'
import { type Result, shared } from './result.js'
import { type Sources } from './sources.js'
import { roomTargets } from './room-targets.js'
import { table } from './table.js'
import { type Profile, type Row } from './turns.js'

/** The most that times may be, as parts of the peers' times on the same number of threads. */
const targets = { 'small': { web: 1 / 5, node: 0.95, stretch: 0.75 }, 'medium': { web: 1 / 6, node: 0.8, stretch: 0.65 }, 'quarter-sd': { web: 1 / 4.3, node: 1, stretch: 0.8 } } as const
const plain = { web: 1 / 3, node: 1.5 }
type Target = keyof typeof targets

const find = (rows: readonly Row[], at: Partial<Row>): Row | undefined => rows.find(r => Object.entries(at).every(([k, v]) => r[k as keyof Row] === v))

/** Documents with their parts between `<!-- name -->` and `<!-- end of name -->` made anew, and the plots. */
export function documents({ engine, memory }: Sources, read: (path: string) => string): Record<string, string> {
  const result = engine[0]!, plots = plotsOf(result.rows)
  const performance = Object.entries({ results: engine.flatMap((r, i) => [...i ? [''] : [], ...results(r)]), targets: [...against(result), ...engine.slice(1).flatMap(roomTargets)], memory: memoryTable(memory), growth: plots.flatMap(([name, p]) => [`![${p.title}](images/${name}.svg)`]), profile: shares(result.profiles) })
    .reduce((text, [name, lines]) => replaced(text, name, lines), read('docs/performance.md'))
  return { 'docs/performance.md': performance, ...Object.fromEntries(plots.map(([name, p]) => [`docs/images/${name}.svg`, plotSvg(p)])) }
}

function replaced(text: string, name: string, lines: readonly string[]): string {
  const open = `<!-- ${name} -->`, close = `<!-- end of ${name} -->`, from = text.indexOf(open), to = text.indexOf(close)
  if (from < 0 || to < from) throw new Error(`The document has no part between "${open}" and "${close}".`)
  return `${text.slice(0, from + open.length)}\n${lines.join('\n')}\n${text.slice(to)}`
}

const networkNames = [...Object.keys(targets), 'sd15']
const order = (r: Row): number => ((networkNames.indexOf(r.network) * 16 + r.threads) * 16 + r.batch) * 16 + engines.indexOf(r.engine)

function results({ machine, rows, refusals = [] }: Result): string[] {
  const usual = rows.filter(r => r.batch <= 2 && (r.network !== 'quarter-sd' || r.side === 64)).sort((a, b) => order(a) - order(b))
  const ratio = (r: Row, peer: EngineName): string => {
    const p = r.engine.startsWith('wasm') ? find(rows, { network: r.network, batch: r.batch, threads: r.threads, side: r.side, engine: peer }) : undefined
    return p ? `${(r.ms / p.ms).toFixed(2)} (${(r.cpuMs / p.cpuMs).toFixed(2)})` : ''
  }
  return [
    `Node ${machine.node.slice(1)}, ${machine.cores} cores of ${machine.cpu}, ${machine.date.slice(0, 10)}; a core makes ${machine.peakGflops} GFLOP/s of 256-bit multiply-adds.${shared(rows) ? ` **Other programs used the machine meanwhile** (a load of ${machine.load.toFixed(1)} at the start): elapsed times hold waiting, and processor time is the better measure.` : ''}`,
    'Arithmetic is counted as direct convolution does it, so that Winograd\'s savings show in GFLOP/s and in the share of the peak. Ratios are of elapsed time, with those of processor time in brackets.', '',
    ...table(['network', 'batch', 'threads', 'engine', 'ms', 'processor ms', 'GFLOP/s', 'of the peak', 'peak MB', 'load ms', 'against web', 'against node', 'error'], usual.map(r => [
      `\`${r.network}\``, `${r.batch}`, `${r.threads}`, nameOf(r), r.ms.toFixed(1), r.cpuMs.toFixed(1), r.gflops.toFixed(0), `${(r.share * 100).toFixed(0)}%`, `${r.peakMB}`, `${r.loadMs}`, ratio(r, 'onnxruntime-web'), ratio(r, 'onnxruntime-node'), r.maxError ? r.maxError.toExponential(1) : '',
    ])),
    ...refusals.length ? ['', ...[...new Map(refusals.map(r => [`${r.network}${nameOf(r)}`, r])).values()].map(r => `\`${r.network}\`: ${nameOf(r)} cannot do it (${r.why.split('\n')[0]!.slice(0, 160)}).`)] : [],
  ]
}

/** Every target with what was measured: batch 1, by elapsed time, or by processor time where the machine was shared. */
function against({ rows }: Result): string[] {
  const measure = shared(rows) ? 'cpuMs' : 'ms', threads = [...new Set(rows.map(r => r.threads))].sort()
  const cell = (network: string, engine: EngineName, peer: EngineName, most: number, stretch?: number): string => threads.map(t => {
    const at = { network, batch: 1, threads: t }, side = network === 'quarter-sd' ? { side: 64 } : {}, own = find(rows, { ...at, ...side, engine }), other = find(rows, { ...at, ...side, engine: peer })
    if (!own || !other) return '-'
    const r = own[measure] / other[measure]
    return `${r.toFixed(3)} ${r > most ? '**missed**' : stretch !== undefined && r <= stretch ? 'met, stretch too' : 'met'}`
  }).join(' / ')
  return [
    `Ratios of ${measure === 'ms' ? 'elapsed' : 'processor'} time, batch 1, ${threads.join(' / ')} threads.`, '',
    ...table(['network', 'against web: target', 'measured', 'against node: target (stretch)', 'measured'], [
      ...(Object.keys(targets) as Target[]).map(n => {
        const t = targets[n]
        return [`\`${n}\``, t.web.toFixed(3), cell(n, 'wasm', 'onnxruntime-web', t.web), `${t.node.toFixed(2)} (${t.stretch.toFixed(2)})`, cell(n, 'wasm', 'onnxruntime-node', t.node, t.stretch)]
      }),
      ...(Object.keys(targets) as Target[]).map(n => [`\`${n}\` without 256-bit operations`, plain.web.toFixed(3), cell(n, 'wasm-plain', 'onnxruntime-web', plain.web), plain.node.toFixed(2), cell(n, 'wasm-plain', 'onnxruntime-node', plain.node)]),
    ]),
  ]
}

function plotsOf(rows: readonly Row[]): (readonly [string, Plot])[] {
  const most = Math.max(...rows.map(r => r.threads))
  const lines = (at: Partial<Row>, x: (r: Row) => number, y: (r: Row) => number): Line[] => (['wasm', 'wasm-plain', 'onnxruntime-web', 'onnxruntime-node'] as const).flatMap(engine => {
    const points = rows.filter(r => r.engine === engine && Object.entries(at).every(([k, v]) => r[k as keyof Row] === v)).sort((a, b) => x(a) - x(b)).map(r => [x(r), y(r)] as const)
    return points.length ? [{ name: engine, points }] : []
  })
  const plots: (readonly [string, Plot])[] = [
    ['speed-batch', { title: `small: a picture's share of a batch, ${most} threads`, x: 'pictures in a batch', y: 'ms for each', lines: lines({ network: 'small', threads: most }, r => r.batch, r => r.ms / r.batch) }],
    ['speed-side', { title: `quarter-sd: size of the latents, ${most} threads`, x: 'side', y: 'ms', lines: lines({ network: 'quarter-sd', threads: most, batch: 1 }, r => r.side, r => r.ms) }],
    ['speed-threads', { title: 'quarter-sd: threads', x: 'threads', y: 'ms', lines: lines({ network: 'quarter-sd', batch: 1, side: 64 }, r => r.threads, r => r.ms) }],
  ]
  return plots.filter(([, p]) => p.lines.length > 0)
}

/** Where the time goes: operators by network, the fast build. */
function shares(profiles: readonly Profile[]): string[] {
  const own = profiles.filter(p => p.engine === 'wasm'), names = [...new Set(own.flatMap(p => p.shares.map(s => `${s.op}|${s.kernel}`)))]
  const total = (p: Profile): number => p.shares.reduce((a, s) => a + s.ms, 0)
  const rows = names.map(name => {
    const of = own.map(p => ({ p, s: p.shares.find(s => `${s.op}|${s.kernel}` === name) })), [op, kernel] = name.split('|') as [string, string]
    return { most: Math.max(...of.map(({ p, s }) => (s?.ms ?? 0) / total(p))), cells: [op, kernel ? `\`${kernel}\`` : 'in JavaScript', ...of.map(({ p, s }) => s ? `${(100 * s.ms / total(p)).toFixed(1)}%, ${speed(s) || '-'}` : '')] }
  }).filter(r => r.most >= 0.005).sort((a, b) => b.most - a.most)
  return own.length ? ['Share of the kernels\' processor time and speed, one thread, batch 1, launch by launch:', '', ...table(['operator', 'kernel', ...own.map(p => `\`${p.network}\``)], rows.map(r => r.cells))] : []
}

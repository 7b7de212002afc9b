import { type Contender, nameOf } from './contenders.js'
import { type Result, shared } from './result.js'
import { table } from './table.js'
import { type Row } from './turns.js'

/** The most that a network which fills the memory may take: parts of onnxruntime-node's time and of its peak memory. */
const most = { time: 1.2, memory: 0.5 }

/** Targets of networks that onnxruntime-web cannot load: every batch and number of threads that was measured. */
export function roomTargets({ rows }: Result): string[] {
  const measure = shared(rows) ? 'cpuMs' : 'ms', own = rows.filter(r => r.engine.startsWith('wasm')), kinds = new Map(own.map(r => [`${r.network}${nameOf(r)}`, { network: r.network, engine: r.engine, ...r.precision && { precision: r.precision }, ...r.stream && { stream: r.stream } }]))
  const cells = (kind: Contender & { readonly network: string }, share: (r: Row, peer: Row) => number, limit: number): string => own.filter(r => r.network === kind.network && nameOf(r) === nameOf(kind)).flatMap(r => {
    const peer = rows.find(p => p.engine === 'onnxruntime-node' && p.network === r.network && p.batch === r.batch && p.threads === r.threads && p.side === r.side)
    return peer ? [`${share(r, peer).toFixed(2)} ${share(r, peer) <= limit ? 'met' : '**missed**'} (batch ${r.batch}, ${r.threads} thread${r.threads === 1 ? '' : 's'})`] : []
  }).join(' / ')
  return [
    '', ...table(['network', `${measure === 'ms' ? 'elapsed' : 'processor'} time against node: target`, 'measured', 'peak memory against node: target', 'measured'],
      [...kinds.values()].map(k => [`\`${k.network}\`, ${nameOf(k)}`, most.time.toFixed(2), cells(k, (r, p) => r[measure] / p[measure], most.time), most.memory.toFixed(2), cells(k, (r, p) => r.peakMB / p.peakMB, most.memory)])),
  ]
}

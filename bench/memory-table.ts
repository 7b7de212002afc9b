import { type MemoryRow } from './memory.js'
import { table } from './table.js'

export interface MemoryResult { readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly date: string }; readonly rows: readonly MemoryRow[] }

/** Networks with weights held in each type, beside ONNX Runtime. */
export function memoryTable(results: readonly MemoryResult[]): string[] {
  const rows = results.flatMap(r => r.rows), seconds = (cpu: number | undefined, elapsed: number | undefined): string => cpu === undefined ? '' : `${(cpu / 1000).toPrecision(3)} (${((elapsed ?? 0) / 1000).toPrecision(3)})`
  const peer = (r: MemoryRow): MemoryRow | undefined => rows.find(x => x.network === r.network && x.batch === r.batch && x.threads === r.threads && x.variant === 'onnxruntime-node')
  const share = (r: MemoryRow): string => { const p = peer(r); return p && p !== r ? `${r.peakMB} (${(r.peakMB / p.peakMB).toFixed(2)})` : String(r.peakMB) }
  return [
    ...results.map(({ machine: m, rows }) => `${[...new Set(rows.map(r => `\`${r.network}\``))].join(', ')}: Node ${m.node.replace(/^v/, '')}, ${m.cores} cores of ${m.cpu}, ${m.date.slice(0, 10)}; batch ${[...new Set(rows.map(r => r.batch))].join(', ')}, ${[...new Set(rows.map(r => r.threads))].join(', ')} threads.`), '',
    ...table(['network', 'weights', 'load s', 'again s', 'first run s', 'run s', 'peak MB (against node)', 'estimate MB', 'error', 'largest'], rows.map(r => [
      `\`${r.network}\``, r.variant, seconds(r.loadCpuMs, r.loadMs), seconds(r.againCpuMs, r.againMs), seconds(r.firstCpuMs, r.firstMs), seconds(r.cpuMs, r.ms), share(r), r.estimateMB === undefined ? '' : String(r.estimateMB),
      r.rmsError?.toExponential(1) ?? '', r.maxError?.toExponential(1) ?? '',
    ])),
  ]
}

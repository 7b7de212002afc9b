import { nameOf } from './contenders.js'
import { type EngineName } from './engine-child.js'
import { type Profile, type Row } from './turns.js'

export const rowText = (r: Row): string => [
  r.network.padEnd(11), `${r.side}x${r.side}`.padEnd(8), `batch ${r.batch}  threads ${r.threads} `, nameOf(r).padEnd(17), `${r.ms.toFixed(1).padStart(9)} ms`, `${r.cpuMs.toFixed(1).padStart(9)} ms of processor`,
  `${r.gflops.toFixed(1).padStart(7)} GFLOP/s`, `${(r.share * 100).toFixed(0).padStart(4)}% of peak`, `${String(r.peakMB).padStart(6)} MB`, `load ${String(r.loadMs).padStart(6)} ms`, `error ${r.maxError.toExponential(1)}`,
].join(' ')

/** What each kernel takes. */
export function profileText({ network, shares, ...by }: Profile): string {
  const total = shares.reduce((a, s) => a + s.ms, 0)
  return [`${network}, ${nameOf(by)}: ${total.toFixed(1)} ms of processor time in kernels`, ...shares.filter(s => s.ms > total / 1000).map(s =>
    `  ${`${s.op} ${s.kernel || 'in JavaScript'}`.padEnd(44)} ${String(s.launches).padStart(5)} launches ${s.ms.toFixed(2).padStart(9)} ms ${(100 * s.ms / total).toFixed(1).padStart(5)}%  ${speed(s).padStart(14)}`)].join('\n')
}

/** GFLOP/s of products, GB/s of the others. */
export const speed = (s: { readonly gflop: number; readonly ms: number; readonly mb: number }): string => s.gflop ? `${(s.gflop / s.ms * 1000).toFixed(1)} GFLOP/s` : s.mb ? `${(s.mb / s.ms).toFixed(1)} GB/s` : ''

/** Ratios of the engine's builds to both peers. */
export function summary(rows: readonly Row[]): string {
  const lines = ['', 'wasm / wasm-plain / wasm-strict against onnxruntime-web and onnxruntime-node: elapsed time, then processor time']
  const key = (r: Row): string => `${r.network} ${r.side}x${r.side} batch ${r.batch} threads ${r.threads}`
  for (const k of new Set(rows.map(key))) {
    const of = (e: EngineName, what: 'ms' | 'cpuMs'): number => rows.find(r => key(r) === k && r.engine === e)?.[what] ?? NaN
    const ratio = (peer: EngineName, what: 'ms' | 'cpuMs'): string => (['wasm', 'wasm-plain', 'wasm-strict'] as const).map(e => of(e, what) / of(peer, what)).map(r => (Number.isNaN(r) ? '    -' : r.toFixed(3))).join(' / ')
    for (const what of ['ms', 'cpuMs'] as const) lines.push(`${(what === 'ms' ? k : '').padEnd(40)} web ${ratio('onnxruntime-web', what)}   node ${ratio('onnxruntime-node', what)}`)
  }
  return lines.join('\n')
}

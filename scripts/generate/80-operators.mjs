/** docs/ops.md: every operator of the engine, how it runs on which types, and how fast in the committed runs bench/results/engine.json and operators.json. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { table } from '../docs/markdown.mjs'

const types = ['float32', 'float16', 'bfloat16', 'float64', 'int64', 'int32', 'uint8', 'int8', 'bool']
const fused = {
  Conv: 'bias, timestep projection, residual, ReLU', Linear: 'bias, residual, ReLU, SiLU, GELU (three forms), sigmoid', Attend: 'scale, mask, heads where they lie, causal', GroupNorm: 'SiLU',
  Activate: 'all activations', Geglu: 'split, GELU, product', LayerNorm: 'scale and shift', Enlarge: 'nearest by whole factors',
}

export default async function generate(root) {
  const { default: all } = await import(pathToFileURL(join(root, 'dist/wasm/ops/_registry.js')).href)
  const { machine, profiles } = JSON.parse(readFileSync(join(root, 'bench/results/engine.json'), 'utf8'))
  const alone = JSON.parse(readFileSync(join(root, 'bench/results/operators.json'), 'utf8'))
  const networks = profiles.filter(p => p.engine === 'wasm')
  const opsOf = new Map()
  for (const o of all) opsOf.set(`${o.domain ?? ''}:${o.name}`, [...opsOf.get(`${o.domain ?? ''}:${o.name}`) ?? [], o])
  const rows = [...opsOf.values()].map(list => list.sort((a, b) => a.since - b.since)).map(list => row(list, networks))
  const section = domain => table(['operator', 'from opset', 'kernels take', 'otherwise', 'fused', 'in the benchmark'], rows.filter(r => r.domain === domain).sort((a, b) => (a.name < b.name ? -1 : 1)).map(r => r.cells))
  return {
    'docs/ops.md': [
      '# Operators of the WASM engine', '',
      `This page is generated from the operators themselves and from \`bench/results/engine.json\` (${machine.cpu}, one thread, ${machine.peakGflops} GFLOP/s at most).`, '',
      '*Kernels take*: element types of the first input that run on the threads. *Otherwise*: replaced by simpler operators (which may have kernels), computed in JavaScript, or a view that moves nothing. All types of ONNX that an operator allows are computed in one of these ways.', '',
      '## The slowest first', '', 'What runs in the benchmark networks, by speed: share of the peak for products, bytes for the others (what is read and written, a kernel\'s first pass standing for all).', '',
      ...slowest(networks, machine.peakGflops), '',
      '## Each alone', '', `\`npm run bench operators\` runs each operator by itself on tensors of a U-Net's size (320 channels of 64x64, or 4096 tokens of 320), one thread, beside \`onnxruntime-node\`; what goes in and comes out is copied, which \`onnxruntime-node\` need not do. ${alone.machine.cpu}, ${alone.machine.date.slice(0, 10)}, the slowest beside it first.`, '', ...each(alone.rows), '',
      '## ai.onnx', '', ...section(''), '', '## com.microsoft', '', ...section('com.microsoft'), '',
      '## Made by passes', '', 'Operators that fusions and changes of layout put in the place of others; files cannot name them.', '', ...section('noisegraph'), '',
    ].join('\n'),
  }
}

function row(list, networks) {
  const [{ name, domain = '' }] = list, o = list.at(-1), times = networks.flatMap(p => p.shares.filter(s => s.op === name).map(s => ({ ...s, network: p.network })))
  const otherwise = [o.means && 'others', o.compute && 'JavaScript', o.view && 'view'].filter(Boolean).join(', ')
  const best = times.sort((a, b) => b.ms - a.ms)[0]
  return { domain, name, cells: [`\`${name}\``, list.map(x => x.since).join(', '), o.launch ? kernelTypes(o) : '', otherwise, fused[name] && (domain === 'noisegraph') ? fused[name] : '', best ? `${speed(best)} (\`${best.network}\`)` : ''] }
}

/** Types that the operator says its kernels take, asked with small tensors of one type. */
function kernelTypes(o) {
  if (!o.kernels) return 'float32'
  const takes = type => [[type, type, type], [type, 'int64', type], ['bool', type, type], [type, type, 'bool']].some(three => {
    const facts = three.map(t => ({ type: t, shape: [2, 2] }))
    return [facts, facts.slice(0, 2), facts.slice(0, 1)].some(inputs => [type, 'uint8', 'int32', 'float32'].some(out => {
      try { return o.kernels(inputs, [{ type: out, shape: [2, 2] }, { type: out, shape: [2, 2] }], o.attrs) } catch { return false }
    }))
  })
  const taken = types.filter(takes)
  return taken.length === types.length ? 'all' : taken.join(', ') || 'some layouts'
}

const speed = s => s.gflop ? `${(s.gflop / s.ms * 1000).toFixed(0)} GFLOP/s` : s.mb ? `${(s.mb / s.ms).toFixed(1)} GB/s` : `${s.ms.toFixed(2)} ms`

function each(rows) {
  const ratio = r => r.nodeMs === undefined ? 0 : r.ms / r.nodeMs
  return table(['operator', 'tensors', 'ms', 'GB/s', 'onnxruntime-node, ms', 'of its time'], rows.toSorted((a, b) => ratio(b) - ratio(a)).map(r => [
    `\`${r.name}\``, r.shapes, r.ms.toFixed(2), (r.mb / r.ms).toFixed(1), r.nodeMs?.toFixed(2) ?? '', r.nodeMs === undefined ? '' : ratio(r).toFixed(2),
  ]))
}

function slowest(networks, peak) {
  const rows = networks.flatMap(p => { const total = p.shares.reduce((a, s) => a + s.ms, 0); return p.shares.map(s => ({ ...s, network: p.network, part: s.ms / total })) }).filter(s => (s.gflop || s.mb) && s.part > 0.001)
  const of = s => s.gflop ? s.gflop / s.ms * 1000 / peak : s.mb / s.ms / 20
  return table(['operator', 'kernel', 'network', 'speed', 'of the peak', 'share of time', 'longest launch'], rows.sort((a, b) => of(a) - of(b)).map(s => [
    `\`${s.op}\``, s.kernel ? `\`${s.kernel}\`` : 'JavaScript', `\`${s.network}\``, speed(s), s.gflop ? `${(100 * s.gflop / s.ms * 1000 / peak).toFixed(0)}%` : '', `${(100 * s.part).toFixed(1)}%`, s.shapes.replaceAll('|', '\\|'),
  ]))
}

/** Times single kernels on one thread, for tuning: shapes of the benchmark networks, revectorized and not. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { attentionTile } from '../wasm/launches/attention.js'
import { gemmTile } from '../wasm/launches/gemm.js'
import { type Machine, f32, machine, values } from '../wasm/selftest/machine.js'
import { compileRevectorized } from '../wasm/tape/revectorize.js'

interface Case { readonly name: string; readonly gflop: number; run(): void }
const root = resolve(fileURLToPath(import.meta.url), '../../..')

export async function run(args: readonly string[]): Promise<void> {
  const bytes = new Uint8Array(await readFile(resolve(root, 'dist/wasm/kernels/fast.wasm')))
  const { module, revectorized, reason } = await compileRevectorized(bytes, !args.includes('--plain'))
  console.log(`revectorization ${revectorized ? 'on' : 'off'}: ${reason}`)
  const on = machine(module, true, revectorized, 2400), rows: { name: string; ms: number; gflops: number }[] = []
  for (const make of [gemms, winograds, attentions, norms]) {
    on.clear()
    for (const c of make(on)) {
      const ms = time(c)
      rows.push({ name: c.name, ms, gflops: c.gflop / ms * 1000 })
      if (!args.includes('--json')) console.log(`${c.name.padEnd(40)} ${ms.toFixed(3).padStart(9)} ms ${(c.gflop / ms * 1000).toFixed(1).padStart(7)} GFLOP/s`)
    }
  }
  if (args.includes('--json')) console.log(JSON.stringify({ revectorized, rows }))
}

/** The least of many runs, for half a second. */
function time(c: Case): number {
  let best = Infinity
  for (const end = performance.now() + 500; performance.now() < end;) {
    const began = performance.now()
    c.run()
    best = Math.min(best, performance.now() - began)
  }
  return best
}

const gemms = (on: Machine): Case[] => ([[1024, 128, 128], [4096, 80, 640], [256, 320, 2560], [64, 1024, 128], [1, 512, 256]] as const).map(([m, k, n]) => {
  const a = on.put(values(m * k)), b = on.put(values(k * n)), c = on.room(m * n), { mc, nc, kc } = gemmTile(m, n, k)
  const tiles = Math.ceil(m / mc) * Math.ceil(n / nc)
  return { name: `f32_gemm ${m}x${n}x${k}`, gflop: 2e-9 * m * n * k, run: () => on.call('f32_gemm', [a, k * 4, 0, b, 0, c, n * 4, 0, 0, 0, 0, 0, 0, m, n, k, mc, nc, kc, 0, 0], tiles) }
})

/** A whole convolution of a square picture: gflop counts what a direct one would do. */
const winograds = (on: Machine): Case[] => ([[32, 128, 4], [32, 128, 2], [16, 256, 4], [16, 256, 2], [8, 256, 4], [8, 256, 2], [4, 256, 4], [4, 256, 2]] as const).map(([side, c, size]) => {
  on.clear()
  const t = Math.ceil(side / size), tiles = t * t, frequencies = (size + 2) ** 2, stride = tiles * c * 4 + 64
  const x = on.put(values(side * side * c)), y = on.room(side * side * c), v = on.room(frequencies * stride / 4), m = on.room(frequencies * stride / 4), w = on.put(values(frequencies * c * c))
  return {
    name: `winograd F${size} ${c} channels ${side}x${side}`, gflop: 2e-9 * side * side * c * c * 9,
    run() {
      on.call(`f32_winograd_f${size}_input`, [x, v, stride, side, side, c, 1, 1, t, t, 0], tiles * Math.ceil(c / 64))
      on.call('f32_gemm', [v, c * 4, stride, w, c * c * 4, m, c * 4, stride, 0, 0, 0, 0, 0, tiles, c, c, tiles, c, 256, 0, 0], frequencies)
      on.call(`f32_winograd_f${size}_output`, [m, stride, c * 4, y, 0, 0, 0, side, side, c, t, t, 0, f32(-Infinity)], tiles * Math.ceil(c / 64))
    },
  }
})

const attentions = (on: Machine): Case[] => ([[4096, 5, 16], [1024, 8, 40], [256, 8, 80]] as const).map(([s, heads, d]) => {
  const width = heads * d * 4, queries = attentionTile(heads, s, 2 * d), rows = (): number[] => [on.put(values(s * heads * d)), width, d * 4, 0]
  const args = [...rows(), ...rows(), ...rows(), on.room(s * heads * d), width, d * 4, 0, on.room(heads * s * d), on.room(heads * s / 16), 0, 0, 0, 0, s, s, d, d, heads, 1, queries, f32(d ** -0.5), 0]
  on.call('f32_attention_pack', args, heads * s / 16)
  // A few blocks of queries: long runs are interrupted too often to be timed.
  const part = Math.min(4, s / queries)
  return { name: `f32_attention ${s} of ${heads} x ${d}`, gflop: 4e-9 * queries * part * s * d, run: () => on.call('f32_attention', args, part) }
})

const norms = (on: Machine): Case[] => {
  const c = 128, pixels = 1024, x = on.put(values(c * pixels)), y = on.room(c * pixels), ones = on.put(values(c)), args = [x, y, ones, ones, on.room(16 * 2 * c), on.room(2 * c), pixels, c, 32, 64, 16, f32(1e-5), 2]
  return [{
    name: 'group norm with SiLU, 128 channels 32x32', gflop: 30e-9 * c * pixels,
    run() {
      on.call('f32_group_norm_sum', args, 16)
      on.call('f32_group_norm_scale', args, 32)
      on.call('f32_group_norm_apply', args, 16)
    },
  }]
}

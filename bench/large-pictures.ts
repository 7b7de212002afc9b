/** Memory for a picture of 4096 x 4096: encoded and decoded in tiles by the shipped autoencoder, the result a raster of bytes. The highest resident memory of this process is what counts, so each side is measured in a process of its own. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Tensor } from '../plugins/sdk/index.js'
import { autoencoder } from '../server/models/autoencoder.js'
import { readModelFolder } from '../server/models/folder.js'
import { writeRows } from '../server/pipelines/raster.js'
import { onnxruntime } from '../server/sessions/onnxruntime.js'

const side = 4096
const mega = (bytes: number) => `${Math.round(bytes / 1e6)} MB`

async function measure(what: string) {
  const folder = readModelFolder(fileURLToPath(new URL('../../models/emoji64', import.meta.url)))
  const open = (part: string) => onnxruntime('cpu', { threads: 2 }).open(folder.parts.get(part)!.file)
  const it = autoencoder(folder.parts.get('vae_decoder')!.config, () => open('vae_encoder'), () => open('vae_decoder'))
  const of = (shape: readonly number[]): Tensor => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b)).map((_, i) => Math.sin(i / 50)) })
  const small = side / it.factor
  const [before, began] = [process.memoryUsage.rss(), performance.now()]
  if (what === 'encode') await it.encode(of([1, 3, side, side]), of)
  else {
    const raster = new Uint8Array(3 * side * side)
    const latents = of([1, it.channels, what === 'decode' ? small : 1024 / it.factor, what === 'decode' ? small : 1024 / it.factor])
    for await (const { top, rows } of it.decodeRows(latents)) writeRows(raster.subarray(top * rows.shape[3]! * 3), rows, 3)
  }
  console.log(JSON.stringify({ before, peak: process.resourceUsage().maxRSS * 1024, seconds: (performance.now() - began) / 1000 }))
}

export async function run([what]: readonly string[]): Promise<void> {
  if (what) return measure(what)
  for (const [name, about] of [['tile', 'one tile of 1024 x 1024, decoded'], ['decode', `${side} x ${side}, decoded to bytes`], ['encode', `${side} x ${side}, encoded`]] as const) {
    const { before, peak, seconds } = JSON.parse(execFileSync(process.execPath, [fileURLToPath(new URL('../cli/main.js', import.meta.url)), 'bench', 'large-pictures', name]).toString()) as { before: number; peak: number; seconds: number }
    console.log(`${about}: ${mega(peak)} at most, ${mega(peak - before)} above what the process had before; ${seconds.toFixed(1)} s`)
  }
}

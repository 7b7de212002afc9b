import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

interface Stored { readonly shape: readonly number[]; readonly offset: number; readonly mean: number; readonly std: number }

/**
 * The folder of a benchmark network with its weights filled in, under `bench/data` or another folder: reproducible uniform values with the mean and deviation of a
 * fresh initialisation, made by xorshift from the tensor's number.
 */
export function networkFolder(root: string, network: string, folder = join(root, 'bench/data')): string {
  const from = join(root, 'bench/networks', network), to = join(folder, network), data = join(to, 'model.onnx_data')
  const { tensors } = JSON.parse(readFileSync(join(from, 'weights.json'), 'utf8')) as { tensors: readonly Stored[] }
  mkdirSync(to, { recursive: true })
  copyFileSync(join(from, 'model.onnx'), join(to, 'model.onnx'))
  if (existsSync(data) && statSync(data).size > 0) return to
  const file = openSync(`${data}.part`, 'w')
  tensors.forEach((t, i) => fill(file, t, i))
  closeSync(file)
  renameSync(`${data}.part`, data)
  return to
}

function fill(file: number, { shape, offset, mean, std }: Stored, index: number): void {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1)), width = (2 * Math.sqrt(3) * std) / 2 ** 32, low = mean - Math.sqrt(3) * std
  let state = (index + 1) * 0x9e3779b9 >>> 0
  for (let i = 0; i < values.length; i++) {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5
    values[i] = low + (state >>> 0) * width
  }
  const bytes = new Uint8Array(values.buffer)
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, offset + at)
}

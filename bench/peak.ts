import { setFlagsFromString } from 'node:v8'

/** Chains of multiply-adds that do not wait for each other; pairs of them become one of 256 bits where V8 joins them. */
const chains = 24

/** A module with `run(n)`: n times `chains` relaxed multiply-adds on registers, stored at the end. */
function moduleBytes(): Uint8Array<ArrayBuffer> {
  const leb = (n: number): number[] => n < 128 ? [n] : [n & 127 | 128, ...leb(n >> 7)]
  const section = (id: number, body: number[]): number[] => [id, ...leb(body.length), ...body]
  const load = (at: number): number[] => [0x41, 0, 0xfd, 0x00, 4, ...leb(at)]
  const local = (i: number): number[] => [0x20, i], set = (i: number): number[] => [0x21, i]
  // Local 0 counts down, 1 and 2 are the factors (a pair), 3 and 4 what is multiplied with, the others the sums.
  const first = 5, code = [
    ...[0, 16].flatMap((at, i) => [...load(at), ...set(1 + i)]), ...[32, 48].flatMap((at, i) => [...load(at), ...set(3 + i)]),
    ...Array.from({ length: chains }, (_, i) => [...load(64 + 16 * i), ...set(first + i)]).flat(),
    0x03, 0x40,
    ...Array.from({ length: chains }, (_, i) => [...local(1 + i % 2), ...local(3 + i % 2), ...local(first + i), 0xfd, 0x85, 0x02, ...set(first + i)]).flat(),
    ...local(0), 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b,
    ...Array.from({ length: chains }, (_, i) => [0x41, 0, ...local(first + i), 0xfd, 0x0b, 4, ...leb(64 + 16 * i)]).flat(),
    0x0b,
  ]
  const body = [1, chains + 4, 0x7b, ...code]
  return Uint8Array.from([
    0, 97, 115, 109, 1, 0, 0, 0, ...section(1, [1, 0x60, 1, 0x7f, 0]), ...section(3, [1, 0]), ...section(5, [1, 0, 1]),
    ...section(7, [1, 3, 114, 117, 110, 0, 0]), ...section(10, [1, ...leb(body.length), ...body]),
  ])
}

/** GFLOP/s of one core of this machine at multiply-adds of 256 bits on registers, as far as V8 makes them: the most of many short runs. */
export async function peakOfCore(): Promise<number> {
  setFlagsFromString('--no-liftoff')
  setFlagsFromString('--experimental-wasm-revectorize')
  const { instance } = await WebAssembly.instantiate(moduleBytes()), run = instance.exports['run'] as (n: number) => void
  const n = 20_000
  let best = Infinity
  for (let i = 0; i < 300; i++) {
    const began = performance.now()
    run(n)
    best = Math.min(best, performance.now() - began)
  }
  return n * chains * 8 / best / 1e6
}

import attention from './attention.js'
import checksum from './checksum.js'
import conv from './conv.js'
import elementwise from './elementwise.js'
import gemm from './gemm.js'
import held from './held.js'
import { type Machine, type Outcome, machine } from './machine.js'
import move from './move.js'
import pool from './pool.js'
import quantise from './quantise.js'
import norm from './norm.js'
import rows from './rows.js'
import winograd from './winograd.js'

/** Every kernel against scalar code on awkward shapes, in a memory of its own: some fifty milliseconds. `wide`: with the tiles for 256-bit operations. */
export function selftest(module: WebAssembly.Module, shared: boolean, wide: boolean, watch?: (kernel: string) => void): Outcome[] {
  const plain = machine(module, shared, wide), on: Machine = watch ? { ...plain, call(kernel, words, tiles) { watch(kernel); plain.call(kernel, words, tiles) } } : plain
  return [gemm, held, conv, winograd, norm, attention, pool, quantise, rows, elementwise, move, checksum].flatMap(test => {
    on.clear()
    return test(on)
  })
}
export const failures = (outcomes: readonly Outcome[]): Outcome[] => outcomes.filter(o => !(o.error <= o.tolerance))

import attention from './attention.js'
import conv from './conv.js'
import gemm from './gemm.js'
import held from './held.js'
import { type Outcome, machine } from './machine.js'
import norm from './norm.js'
import winograd from './winograd.js'

/** Every kernel against scalar code on awkward shapes, in a memory of its own: a few milliseconds. `wide`: with the tiles for 256-bit operations. */
export function selftest(module: WebAssembly.Module, shared: boolean, wide: boolean): Outcome[] {
  const on = machine(module, shared, wide)
  return [gemm, held, conv, winograd, norm, attention].flatMap(test => {
    on.clear()
    return test(on)
  })
}
export const failures = (outcomes: readonly Outcome[]): Outcome[] => outcomes.filter(o => !(o.error <= o.tolerance))

/** An instance of the kernels with a small memory of its own, to try them on. */
export interface Machine {
  /** Address of a copy of the values, aligned to 64. */
  put(values: ArrayLike<number>): number
  /** Address of n floats, filled with NaN so that what is never written shows. */
  room(n: number): number
  read(at: number, n: number): Float32Array
  /** Calls a kernel over all its tiles; words in the order of its XArgs. */
  call(kernel: string, words: readonly (number | { readonly f32: number })[], tiles: number): void
  clear(): void
}
export const f32 = (f32: number): { readonly f32: number } => ({ f32 })

const SCRATCH = 1 << 18
const PAGES = 160

export function machine(module: WebAssembly.Module, shared: boolean, wide: boolean, pages = PAGES): Machine {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536, shared })
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort: () => { throw new Error('a kernel aborted') } } })
  const call = exports as Record<string, (...args: number[]) => number> & { __heap_base: WebAssembly.Global }
  const table = exports['table'] as WebAssembly.Table
  const base = ((exports['__heap_base'] as WebAssembly.Global | undefined)?.value as number | undefined ?? 1 << 16) + 63 & ~63
  call['set_scratch']!(base)
  call['set_wide']!(Number(wide))
  const floats = new Float32Array(memory.buffer), words = new Uint32Array(memory.buffer)
  const argsAt = base + SCRATCH, start = argsAt + 512
  let top = start
  const room = (n: number): number => {
    const at = top
    top += (n * 4 + 127 & ~63) + 64
    if (top > pages << 16) throw new Error('the self-test needs more memory')
    floats.fill(NaN, at / 4, top / 4)
    return at
  }
  return {
    room,
    put(values) {
      const at = room(values.length)
      floats.set(values, at / 4)
      return at
    },
    read: (at, n) => floats.slice(at / 4, at / 4 + n),
    call(kernel, args, tiles) {
      const at = argsAt / 4
      args.forEach((a, i) => { if (typeof a === 'number') words[at + i] = a; else floats[at + i] = a.f32 })
      const run = table.get(call[`kernel_${kernel}`]!()) as (args: number, begin: number, end: number) => void
      run(at * 4, 0, tiles)
    },
    clear() { top = start },
  }
}

/** Reproducible values in [-1, 1). */
export function values(n: number, seed = 1): Float32Array {
  let s = Math.imul(seed, 0x9e3779b9) >>> 0 || 1
  return Float32Array.from({ length: n }, () => {
    s ^= s << 13; s ^= s >>> 17; s ^= s << 5
    return (s >>> 0) / 2 ** 31 - 1
  })
}

/** The largest difference, in units of the deviation of what was expected; infinite where a value is missing. */
export function deviation(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let square = 0, most = 0
  for (let i = 0; i < expected.length; i++) square += expected[i]! ** 2
  const unit = Math.sqrt(square / expected.length) || 1
  for (let i = 0; i < expected.length; i++) {
    const d = Math.abs(got[i]! - expected[i]!) / unit
    if (!(d <= most)) most = Number.isNaN(d) ? Infinity : d
  }
  return most
}

/** One comparison: its name, the deviation, and what is allowed. */
export interface Outcome { readonly name: string; readonly error: number; readonly tolerance: number }

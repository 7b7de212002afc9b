import { type Timed } from '../wasm/index.js'

/** Arithmetic of a launch by its kernel's arguments, in floating-point operations (a multiply-add is two): of the products, which are nearly all. 0 for the others, which move bytes. */
export function operations({ kernel, args, tiles }: Timed): number {
  if (kernel === 'f32_gemm') {
    const [m, n, k, mc, nc] = args.slice(13, 18) as [number, number, number, number, number]
    return 2 * m * n * k * tiles / (Math.ceil(m / mc) * Math.ceil(n / nc))
  }
  if (kernel === 'f32_conv') {
    const [, , c, oh, ow, n, groups, kh, kw] = args.slice(6, 15) as number[], [mc, nc] = args.slice(21, 23) as [number, number]
    return 2 * oh! * ow! * c! * n! * kh! * kw! * tiles / (Math.ceil(oh! * ow! / mc) * Math.ceil(n! / nc)) / groups! * groups!
  }
  if (kernel === 'f32_attention') {
    const [sq, sk, d, dv, , , queries] = args.slice(22, 29) as [number, number, number, number, number, number, number]
    return 2 * sq * sk * (d + dv) * tiles / Math.ceil(sq / queries)
  }
  return 0
}

/** What the launches of one kernel for one operator take together. */
export interface Share { readonly op: string; readonly kernel: string; readonly launches: number; readonly ms: number; readonly gflop: number; readonly mb: number; readonly shapes: string }

/** Launches put together by operator and kernel, the longest first, with the shapes of the longest launch. */
export function sharesOf(launches: readonly Timed[]): readonly Share[] {
  const groups = new Map<string, Timed[]>()
  for (const l of launches) groups.set(`${l.op} ${l.kernel}`, [...groups.get(`${l.op} ${l.kernel}`) ?? [], l])
  return [...groups.values()].map((group): Share => {
    const sum = (of: (l: Timed) => number): number => group.reduce((a, l) => a + of(l), 0), longest = group.reduce((a, l) => l.ms > a.ms ? l : a)
    return { op: longest.op, kernel: longest.kernel, launches: group.length, ms: round(sum(l => l.ms)), gflop: round(sum(operations) / 1e9), mb: round(sum(l => l.bytes) / 1e6), shapes: longest.shapes }
  }).sort((a, b) => b.ms - a.ms)
}

const round = (x: number): number => Number(x.toPrecision(4))

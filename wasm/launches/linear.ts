import { type Fact, type Held } from '../graph/value.js'
import { type Io, type Launch } from '../ops/op.js'
import { type Gemm, after, gemm, packPanels, panelBytes } from './gemm.js'

/** A product of x [rows, k] and w [k, n] (or [n, k], transposed), which is packed already where it has a layout. */
export interface Linear { readonly rows: number; readonly k: number; readonly n: number; readonly transposed: boolean }

export const linearWorkspace = (l: Linear, w: Fact): number => w.layout ? 0 : panelBytes(l.k, l.n)

/** With whatever the kernel adds: bias [n], residual [rows, n], activation. */
export function linear(l: Linear, io: Io, more: Pick<Gemm, 'bias' | 'residual' | 'act'>): readonly Launch[] {
  const [x, w] = io.in, product = (b: Gemm['b'], held?: Held): Launch => gemm({ a: x!, lda: l.k * 4, b, held, c: io.out[0]!, m: l.rows, n: l.n, k: l.k, ...more })
  return w!.layout ? [product(w!, w!.held)] : [packPanels(w!, after(io.scratch, 0), l.k, l.n, l.transposed), product(after(io.scratch, 0))]
}

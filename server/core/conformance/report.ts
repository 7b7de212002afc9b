/** One recorded case and how it went. `error` is the largest difference, `tolerance` what it may be. */
export interface CaseResult {
  readonly id: string
  readonly status: 'passed' | 'failed' | 'skipped'
  readonly error: number | null
  readonly tolerance: number | null
  readonly reason: string | null
}
export interface Report { readonly passed: number; readonly failed: number; readonly skipped: number; readonly cases: readonly CaseResult[] }

export const passed = (id: string, reason: string | null = null): CaseResult => ({ id, status: 'passed', error: null, tolerance: null, reason })
export const failed = (id: string, reason: string): CaseResult => ({ id, status: 'failed', error: null, tolerance: null, reason })
export const skipped = (id: string, reason: string): CaseResult => ({ id, status: 'skipped', error: null, tolerance: null, reason })

/** Passed where the error is within the tolerance; NaN never is. */
export const measured = (id: string, error: number, tolerance: number, where = 'the result'): CaseResult => error <= tolerance
  ? { id, status: 'passed', error, tolerance, reason: null }
  : { id, status: 'failed', error, tolerance, reason: `${where} differs by ${error.toExponential(2)}, allowed ${tolerance.toExponential(2)}` }

export function report(cases: readonly CaseResult[]): Report {
  const count = (status: CaseResult['status']) => cases.filter(c => c.status === status).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), cases }
}

/** The largest difference, each divided by `scale` of the wanted value; Infinity where lengths differ or a number is not one. */
export function worst(got: ArrayLike<number>, want: ArrayLike<number>, scale: (wanted: number) => number = () => 1): number {
  if (got.length !== want.length) return Infinity
  let most = 0
  for (let i = 0; i < want.length; i++) {
    if (got[i] === want[i]) continue
    const error = Math.abs(got[i]! - want[i]!) / scale(want[i]!)
    if (!(error <= most)) most = Number.isNaN(error) ? Infinity : error
  }
  return most
}

import { NoisegraphError } from '../../core/errors.js'

export interface CaseResult {
  readonly id: string
  readonly status: 'passed' | 'failed' | 'skipped'
  /** The largest difference from the reference, in the unit of `tolerance`; null where none could be measured. */
  readonly error: number | null
  readonly tolerance: number | null
  /** What was compared, or why it failed or was skipped. */
  readonly reason: string
}
export interface ConformanceResult { readonly passed: number; readonly failed: number; readonly skipped: number; readonly cases: readonly CaseResult[] }

export function summary(cases: readonly CaseResult[]): ConformanceResult {
  const count = (status: CaseResult['status']) => cases.filter(c => c.status === status).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), cases }
}

/** One quantity of a case: how far it is from the reference, and how far it may be. */
export interface Check { readonly what: string; readonly error: number; readonly tolerance: number }

/** The check that comes nearest to its tolerance, or passes it furthest, stands for the case. */
export function judge(id: string, checks: readonly Check[]): CaseResult {
  if (!checks.length) return { id, status: 'failed', error: null, tolerance: null, reason: 'The case holds nothing that could be compared.' }
  const share = ({ error, tolerance }: Check) => (Number.isNaN(error) ? Infinity : error / tolerance)
  const worst = checks.reduce((a, b) => (share(b) > share(a) ? b : a))
  return { id, status: share(worst) <= 1 ? 'passed' : 'failed', error: worst.error, tolerance: worst.tolerance, reason: checks.map(c => `${c.what}: ${show(c.error)} of ${show(c.tolerance)}`).join('; ') }
}
const show = (v: number) => (v !== 0 && Math.abs(v) < 0.01 ? v.toExponential(2) : String(Number(v.toPrecision(4))))

/** Runs one case; what it throws becomes its reason. */
export async function attempt(id: string, run: () => Promise<CaseResult>): Promise<CaseResult> {
  try {
    return await run()
  } catch (error) {
    const reason = error instanceof NoisegraphError ? `${error.code}: ${error.message}` : error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { id, status: 'failed', error: null, tolerance: null, reason }
  }
}

/** The largest absolute difference; NaN where lengths differ or a value is not finite. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return NaN
  let worst = 0
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i]! - b[i]!)
    if (!(d <= worst)) worst = d
    if (Number.isNaN(d)) return NaN
  }
  return worst
}

/** One thing that a plugin must do, and whether it did. `detail` says what was seen. */
export interface Check { readonly name: string; readonly passed: boolean; readonly detail: string }
export interface TestResult { readonly plugin: string; readonly passed: boolean; readonly checks: readonly Check[] }

/** Runs checks one after another; one that throws has failed. */
export async function collect(plugin: string, checks: Readonly<Record<string, () => Promise<string> | string>>): Promise<TestResult> {
  const results: Check[] = []
  for (const [name, check] of Object.entries(checks)) {
    try {
      results.push({ name, passed: true, detail: await check() })
    } catch (error) {
      results.push({ name, passed: false, detail: error instanceof Error ? error.message : String(error) })
    }
  }
  return { plugin, passed: results.every(({ passed }) => passed), checks: results }
}

export class ConformanceError extends Error {
  constructor(readonly result: TestResult) {
    super([`${result.plugin} does not conform:`, ...result.checks.filter(c => !c.passed).map(c => `  ${c.name}: ${c.detail}`)].join('\n'))
    this.name = 'ConformanceError'
  }
}

/** For test runners: throws where a check failed, with all that did. */
export function mustPass(result: TestResult): void {
  if (!result.passed) throw new ConformanceError(result)
}

/** Fails the check that calls it. */
export function require(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new Error(message())
}

export const sameBits = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => a.length === b.length && Array.from(a).every((v, i) => Object.is(v, b[i]))

/** Runs with a Math.random that throws: noise comes from the seed. */
export async function withoutMathRandom<T>(run: () => Promise<T>): Promise<T> {
  const math: { random: () => number } = Math
  const { random } = math
  math.random = () => { throw new Error('Math.random was called; take noise from the run.') }
  try {
    return await run()
  } finally {
    math.random = random
  }
}

/** Closes a run with one plain line that any program can read. A file that could not be run counts as a failure. */
export default class {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    const skipped = numPendingTests ? `, ${numPendingTests} skipped` : ''
    process.stdout.write(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed${skipped}\n`)
  }
}

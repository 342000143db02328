/**
 * Ends the output of the tests with the plain count, and says loudly what was skipped. With `CI` set whatever is skipped
 * fails the run: all that tests need can be had there.
 */
export default class CountReporter {
  #skipped = 0

  /** @param {import('@jest/reporters').Context} _contexts @param {import('@jest/reporters').AggregatedResult} results */
  onRunComplete(_contexts, results) {
    const skipped = results.testResults.flatMap((file) =>
      file.testResults
        .filter((test) => test.status === 'pending' || test.status === 'todo')
        .map((test) => test.fullName),
    )
    this.#skipped = skipped.length
    for (const name of skipped) process.stdout.write(`SKIPPED: ${name}\n`)
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
    // the default reporter writes its summary after this: the count is to be the last line
    process.once('exit', () => {
      process.stdout.write(`${results.numPassedTests} passed, ${failed} failed, ${skipped.length} skipped\n`)
    })
  }

  /** What fails the run although no test did. */
  getLastError() {
    if (this.#skipped === 0 || (process.env.CI ?? '') === '') return undefined
    return new Error(`CI is set, and ${this.#skipped} tests were skipped: install what they name`)
  }
}

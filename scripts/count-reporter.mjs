/** Ends the output of the tests with the plain count, and says loudly what was skipped. */
export default class CountReporter {
  /** @param {import('@jest/reporters').Context} _contexts @param {import('@jest/reporters').AggregatedResult} results */
  onRunComplete(_contexts, results) {
    const skipped = results.testResults.flatMap((file) =>
      file.testResults
        .filter((test) => test.status === 'pending' || test.status === 'todo')
        .map((test) => test.fullName),
    )
    for (const name of skipped) process.stdout.write(`SKIPPED: ${name}\n`)
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
    // the default reporter writes its summary after this: the count is to be the last line
    process.once('exit', () => {
      process.stdout.write(`${results.numPassedTests} passed, ${failed} failed, ${skipped.length} skipped\n`)
    })
  }
}

import type { TopologyTestDriver } from './topology-test-driver.js'

/**
 * Runs the driver to the end in a way that the choices make: some runs, then perhaps a restart, or a task that dies
 * before its commit, and so on.
 */
export function shake(driver: TopologyTestDriver, choose: (count: number) => number): void {
  for (let round = choose(8); round > 0; round -= 1) {
    for (let steps = choose(6); steps > 0; steps -= 1) driver.step()
    const misfortune = choose(4)
    if (misfortune === 0) driver.restart()
    if (misfortune === 1) driver.crash()
  }
  driver.run()
}

/** Milliseconds between two looks whether somebody gave a topic more partitions, where no commit has found it out before. */
const every = 5_000

/**
 * Looks from time to time how many partitions the topics have. A look that fails is left to the next one: whoever reads
 * meanwhile is told what is wrong.
 */
export function recounting(recount: () => Promise<unknown>): { stop(): void } {
  let looking = false
  const timer = setInterval(() => {
    if (looking) return
    looking = true
    const looked = () => {
      looking = false
    }
    recount().then(looked, looked)
  }, every)
  return { stop: () => clearInterval(timer) }
}

const between = 50

/**
 * Asks again and again until the answer is so, and gives that answer: how to wait for another process, which calls nobody
 * back. It waits for a condition, never for a time, so it hides no race; a condition that never comes ends the test.
 */
export async function askedUntil<Answer>(
  ask: () => Promise<Answer> | Answer,
  reached: (answer: Answer) => boolean,
): Promise<Answer> {
  for (;;) {
    const answer = await ask()
    if (reached(answer)) return answer
    await new Promise((resolve) => setTimeout(resolve, between))
  }
}

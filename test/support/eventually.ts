/**
 * Waits for a condition, looking at it every few milliseconds; fails with what was expected when it never comes.
 */
export async function eventually(
  expectation: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 20_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never came true: ${expectation}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Lets runs go on together: each waits until all have come, and `meet` is done. Those that wait go on when the signal is aborted, too. */
export function createGate(count: number, signal: AbortSignal, meet: () => Promise<void>): () => Promise<void> {
  let waiting: (() => void)[] = []
  const open = () => {
    const all = waiting
    waiting = []
    for (const goOn of all) goOn()
  }
  signal.addEventListener('abort', open)
  return async () => {
    if (signal.aborted) return
    if (waiting.length + 1 < count) return new Promise((resolve) => waiting.push(resolve))
    await meet()
    open()
  }
}

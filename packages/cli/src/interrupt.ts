/** Ctrl-C: the first aborts the signal, so that the batch at hand is finished; the second quits. */
export function onInterrupt(tell: (message: string) => void): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController()
  const handle = () => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort()
    tell('stopping after this batch; Ctrl-C again quits at once')
  }
  process.on('SIGINT', handle)
  return { signal: controller.signal, stop: () => process.off('SIGINT', handle) }
}

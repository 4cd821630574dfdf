import type { BatchProgress, Dataset, ExampleSource, Images, Session } from '@hillock/core'

/** A session that trains one batch each time it is asked. */
export interface Stepper {
  /** Resolves when one more batch is done. */
  step(): Promise<BatchProgress>
  stop(): Promise<void>
}

/** Holds training still between batches, in `onBatch`; nothing is evaluated in between. */
export function createStepper(session: Session, data: Dataset<Images | ExampleSource>, batchSize: number): Stepper {
  const stop = new AbortController()
  let done: ((progress: BatchProgress) => void) | undefined
  let fail: ((reason: unknown) => void) | undefined
  let go: (() => void) | undefined
  const run = async () => {
    const onBatch = async (progress: BatchProgress) => {
      const wait = new Promise<void>((resolve) => {
        go = resolve
      })
      done?.(progress)
      await wait
    }
    const options = { epochs: 1e6, batchSize, dropLast: true, test: 'last', onBatch, signal: stop.signal } as const
    for await (const _ of session.train(data, options));
  }
  let running: Promise<void> | undefined
  return {
    step: () =>
      new Promise((resolve, reject) => {
        ;[done, fail] = [resolve, reject]
        running ??= run().catch((error) => fail?.(error))
        go?.()
      }),
    async stop() {
      stop.abort()
      go?.()
      await running
    },
  }
}

import { HillockError } from '../errors.ts'

/** Lets a session do one thing at a time: it refuses what cannot be done now before anything is changed. */
export interface Turns {
  /** Does the work of a call that nothing may come into. Throws HILLOCK_BUSY if another call is at work, HILLOCK_DISPOSED after `last`. */
  alone<T>(call: string, work: () => Promise<T>): Promise<T>
  /** Begins to train. Throws as `alone`, and HILLOCK_BUSY between two batches of another training. */
  train(): Training
  /** Does the last work there is. Throws HILLOCK_BUSY if another call is at work. */
  last(call: string, work: () => Promise<void>): Promise<void>
}

/** A training, which lets others in at times, and goes on when they are done. */
export interface Training {
  /** Lets in all calls but `train` while `work` is done. Throws HILLOCK_DISPOSED if one of them was the last. */
  between(work: () => void | Promise<void>): Promise<void>
  /** Lets in all calls until training is resumed. */
  suspend(): void
  /** Throws HILLOCK_BUSY if `train` was called meanwhile, HILLOCK_DISPOSED if the last call was. */
  resume(): Promise<void>
  end(): void
}

export function createTurns(): Turns {
  /** The call at work. */
  let current: string | undefined
  let done: Promise<void>
  let finish: () => void
  let disposed: Promise<void> | undefined
  /** The training that was begun last, and whether it is at work or between two batches. */
  let latest: Training | undefined
  let underWay = false

  function begin(call: string): void {
    current = call
    done = new Promise((resolve) => {
      finish = resolve
    })
  }
  function leave(): void {
    current = undefined
    finish()
  }
  function alive(): void {
    if (disposed === undefined) return
    throw new HillockError('HILLOCK_DISPOSED', 'the session has been disposed of', { hint: 'make a new one' })
  }
  function take(call: string): void {
    alive()
    if (current !== undefined) {
      const hint = `await ${current} first; while a session trains, call it in onBatch or between epochs`
      busy(`${call} was called while ${current} is at work`, hint)
    }
    begin(call)
  }
  async function alone<T>(call: string, work: () => Promise<T>): Promise<T> {
    take(call)
    try {
      return await work()
    } finally {
      leave()
    }
  }

  return {
    alone,
    train() {
      if (underWay && current === undefined) {
        busy('train was called between two batches of another train', 'end that one first, or wait for its epoch')
      }
      take('train')
      let holds = true
      const goOn = async (): Promise<void> => {
        for (;;) {
          alive()
          if (latest !== training) {
            busy('another call of train has replaced this training', 'use that one')
          }
          if (current === undefined) break
          await done
        }
        begin('train')
        holds = underWay = true
      }
      const training: Training = {
        async between(work) {
          holds = false
          leave()
          await work()
          await goOn()
        },
        suspend() {
          holds = underWay = false
          leave()
        },
        resume: goOn,
        end() {
          if (holds) leave()
          if (latest === training) underWay = false
        },
      }
      latest = training
      underWay = true
      return training
    },
    async last(call, work) {
      if (disposed !== undefined) return disposed
      await alone(call, () => {
        disposed = work()
        return disposed
      })
    },
  }
}

function busy(found: string, hint: string): never {
  throw new HillockError('HILLOCK_BUSY', found, { hint })
}

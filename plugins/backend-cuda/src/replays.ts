import type { Launch } from '@hillock/device'
import type { CudaGraph, Graphs } from './driver.ts'

/** Lists of launches that come again: the first time they are queued one by one, the second time recorded, and from then on replayed. */
export interface Replays<Compiled> {
  run(launches: readonly Launch<Compiled>[]): void
}

/** Fewer launches are queued one by one. */
const fewest = 4
/** So many lists are remembered; a training step has two or three. */
const most = 32

/** The arguments of a launch lie where they lay the last time; what stands there may differ. */
export function createReplays<Compiled extends object>(
  graphs: Graphs | undefined,
  queue: (launches: readonly Launch<Compiled>[]) => void,
): Replays<Compiled> {
  const numbers = new WeakMap<Compiled, number>()
  let kernels = 0
  const numberOf = (kernel: Compiled): number => {
    const known = numbers.get(kernel) ?? kernels++
    numbers.set(kernel, known)
    return known
  }
  /** By what makes two lists the same, in the order in which they came last. */
  const known = new Map<string, CudaGraph | undefined>()
  return {
    run(launches) {
      if (graphs === undefined || launches.length < fewest) return queue(launches)
      const key = launches.map(({ kernel, groups, at }) => `${numberOf(kernel)} ${groups} ${at}`).join()
      const seen = known.has(key)
      let graph = known.get(key)
      known.delete(key)
      if (seen) {
        graph ??= graphs.record(() => queue(launches))
        graphs.replay(graph)
      } else queue(launches)
      known.set(key, graph)
      if (known.size <= most) return
      const [oldest, forgotten] = known.entries().next().value!
      known.delete(oldest)
      if (forgotten) graphs.forget(forgotten)
    },
  }
}

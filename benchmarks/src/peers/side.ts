import { beta, madeOf, surrogates, timedRate, type Workload } from '../workloads.ts'
import { startChild } from './child.ts'

/** What of a step is timed: all of it; without its encoding; its encoding alone. */
export type StepPart = 'whole' | 'train' | 'encode'

/** What steps took, one after another. */
export interface Times {
  readonly ms: readonly number[]
  /** Time that processors worked, all threads together: what is left of a measurement on a machine that does other work. */
  readonly cpuMs: readonly number[]
}

/** One of those that are compared; it starts from the weights, images and labels in a folder (see `exchange.ts`). */
export interface Side {
  readonly name: string
  /** Says what it is, with its version. */
  start(folder: string, workload: Workload, threads: number): Promise<string>
  /** Runs input.f32 forward and backward, and leaves spikes and gradients in the folder. */
  check(): Promise<void>
  steps(count: number, part: StepPart): Promise<Times>
  end(): Promise<void>
}

/** A side in a process of its own. */
export function childSide(name: string, command: string, args: readonly string[]): Side {
  const { ask, end } = startChild(name, command, args)
  return {
    name,
    async start(folder, workload, threads) {
      const { name: surrogate, params } = surrogates[workload.surrogate]
      const told = {
        ...{ ...workload, ...madeOf(workload) },
        ...{ beta, surrogate: { name: surrogate, params }, rate: timedRate },
      }
      return String((await ask({ do: 'start', folder, workload: told, threads })).version)
    },
    async check() {
      await ask({ do: 'check' })
    },
    steps: async (count, part) => (await ask({ do: 'steps', count, part })) as unknown as Times,
    end,
  }
}

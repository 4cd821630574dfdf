import { Bench } from 'tinybench'
import { type Quartiles, quartiles } from '../statistics.ts'

/** A thing to measure: `run` is made once more and more often, `end` when all is done. */
export interface Task {
  readonly labels: Readonly<Record<string, string | number>>
  readonly run: () => Promise<unknown>
  readonly end?: () => Promise<unknown>
}

export interface Measured {
  readonly labels: Task['labels']
  readonly ms: Quartiles
}

/** What takes long is run less often than asked, but at least 3 times. */
const longestMs = 10_000

/** Runs tasks through tinybench, for at least `time` ms and `iterations` runs each. A task is made when its turn comes, and ended after it. */
export async function measure(
  tasks: readonly (() => Promise<Task>)[],
  { time = 500, iterations = 20, warmup = true } = {},
): Promise<Measured[]> {
  const results: Measured[] = []
  for (const make of tasks) {
    const task = await make()
    const name = Object.values(task.labels).join(' ')
    const start = performance.now()
    await task.run()
    const affordable = Math.max(3, Math.floor(longestMs / (performance.now() - start)))
    const bench = new Bench({
      time,
      iterations: Math.min(iterations, affordable),
      warmup: warmup && affordable > iterations,
      warmupTime: 100,
      warmupIterations: 3,
      retainSamples: true,
      throws: true,
    })
    bench.add(name, async () => {
      await task.run()
    })
    await bench.run()
    const result = bench.tasks[0]!.result
    if (!('latency' in result)) throw new Error(`${name} gave no figures`)
    const ms = quartiles([...result.latency.samples!])
    results.push({ labels: task.labels, ms })
    process.stderr.write(`${name}: ${ms.median.toFixed(3)} ms\n`)
    await task.end?.()
  }
  return results
}

import { HillockError } from '../errors.ts'
import type { Metrics, StepResult } from '../learner.ts'

type Sums = Map<string, { total: number; examples: number }>

/** Means of what a learner measures, over the examples of the batches that it is measured for. */
export interface Means {
  /** Throws HILLOCK_NOT_FINITE if a metric is not a finite number. */
  add(learner: string, result: StepResult, examples: number): void
  /** Nothing of what was never measured. */
  report(): Pick<StepResult, 'metrics' | 'layers'>
}

export function newMeans(): Means {
  const metrics: Sums = new Map()
  const layers = new Map<string, Sums>()
  return {
    add(learner, result, examples) {
      addTo(metrics, result.metrics ?? {}, examples, learner)
      for (const [layer, values] of Object.entries(result.layers ?? {})) {
        const sums: Sums = layers.get(layer) ?? new Map()
        layers.set(layer, sums)
        addTo(sums, values, examples, `${learner}, layer ${layer}`)
      }
    },
    report: () => ({
      ...(metrics.size > 0 && { metrics: meansOf(metrics) }),
      ...(layers.size > 0 && {
        layers: Object.fromEntries([...layers].map(([layer, sums]) => [layer, meansOf(sums)])),
      }),
    }),
  }
}

function addTo(sums: Sums, values: Metrics, examples: number, where: string): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isFinite(value)) {
      const hint = 'leave a metric out of the batches that it cannot be measured for'
      throw new HillockError('HILLOCK_NOT_FINITE', `${where}: the metric ${name} is ${value}`, { hint })
    }
    const before = sums.get(name) ?? { total: 0, examples: 0 }
    sums.set(name, { total: before.total + value * examples, examples: before.examples + examples })
  }
}

const meansOf = (sums: Sums): Metrics =>
  Object.fromEntries([...sums].map(([name, { total, examples }]) => [name, total / examples]))

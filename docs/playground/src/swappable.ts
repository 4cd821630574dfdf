import type { Learner } from '@hillock/core'

/** A learner whose rule can be exchanged between two batches: weights and moments belong to the session, and stay. */
export interface Swappable extends Learner {
  swap(rule: Learner): void
}

export function swappable(first: Learner): Swappable {
  let current = first
  return {
    name: first.name,
    step: (runtime, batch) => current.step(runtime, batch),
    swap(rule) {
      current = rule
    },
  }
}

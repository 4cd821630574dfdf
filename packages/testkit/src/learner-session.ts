import type { Backend, EpochReport, Learner, Loss, Neuron, Session, Snapshot, TrainOptions } from '@hillock/core'
import type { Build } from './learner-structures.ts'

/** Trains in batches of 16; gives the reports. */
export async function train(
  session: Session,
  options: TrainOptions,
  data: Parameters<Session['train']>[0],
): Promise<EpochReport[]> {
  const reports: EpochReport[] = []
  for await (const report of session.train(data, { batchSize: 16, ...options })) reports.push(report)
  return reports
}

/** How a session differs from the usual one. */
export interface Start {
  readonly learner?: Learner
  readonly layers?: readonly number[]
  readonly steps?: number
  readonly seed?: number
  readonly of?: () => Neuron
  readonly on?: () => Promise<Backend>
  readonly outputs?: number
  readonly judge?: Loss
  readonly build?: Build
  readonly snapshot?: Snapshot
}

/** What a learner is given for a step. */
export type Step = Parameters<Learner['step']>
/** Weights and learner state by their names. */
export type Weights = ReadonlyMap<string, ArrayLike<number>>

export const differs = (one: Weights, other: Weights): boolean =>
  [...one].some(([what, values]) => Array.from(values).some((value, i) => value !== other.get(what)?.[i]))

export function check(condition: boolean, message: string): void {
  if (!condition) throw new Error(message)
}

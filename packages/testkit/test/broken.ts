import { type Backend, reference } from '@hillock/core'
import type { Tensor } from '@hillock/core/learner'
import { type BackendConformance, backendConformance } from '../src/index.ts'
import { outcome } from './outcome.ts'

/** Runs the suite for backends, all of it or the tests of one name. */
export const run = (options: Omit<BackendConformance, 'name' | 'runner'>, only?: string) =>
  outcome((runner) => backendConformance({ programs: 25, ...options, name: 'broken', runner }), only)

/** The reference backend with a part of it changed. */
export const broken = (change: (whole: Backend) => Partial<Backend>) => () => {
  const whole = reference()
  return { ...whole, ...change(whole) }
}

/** The numbers of a tensor of the reference backend, where they lie. */
export const inside = (tensor: Tensor) => (tensor as unknown as { data: Float32Array }).data

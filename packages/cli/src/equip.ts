import { type Backend, firingRate, HillockError, type Learner, reference } from '@hillock/core'
import { buildOptimizer } from './build.ts'
import { isInstalled, loadPlugin } from './plugins.ts'
import type { LearnerSpec } from './recipe.ts'

/** Loads the learner's plugin and gives it its options. Errors: HILLOCK_PLUGIN, and those of its options. */
export async function buildLearner({ name, optimizer, regularize, ...options }: LearnerSpec): Promise<Learner> {
  const factory = await loadPlugin('learner', name)
  return factory({
    ...options,
    ...(optimizer && { optimizer: buildOptimizer(optimizer) }),
    ...(regularize && { regularize: firingRate(regularize as object) }),
  }) as Learner
}

/** What computes unless told: `wasm` where it is installed, else the reference. */
export const defaultBackend = (): string => (isInstalled('backend', 'wasm') ? 'wasm' : 'reference')

/** A backend by its name. Errors: HILLOCK_PLUGIN, HILLOCK_USAGE for threads that it does not take, and the backend's own. */
export async function makeBackend(name: string, threads: number | undefined): Promise<Backend> {
  const made = name === 'reference' ? reference() : (await loadPlugin('backend', name))({ ...(threads && { threads }) })
  const backend = (await made) as Backend
  if (threads !== undefined && !('threads' in backend)) {
    await backend.dispose()
    const hint = 'leave --threads out, or choose a backend that runs on several'
    throw new HillockError('HILLOCK_USAGE', `the backend '${name}' takes no number of threads`, { hint })
  }
  return backend
}

/** How many threads a backend says that it runs on. */
export const threadsOf = (backend: Backend): number =>
  'threads' in backend && typeof backend.threads === 'number' ? backend.threads : 1

import { type Plan, type Queue, sweepId } from '@hillock/sweeps'
import { loadPlugin } from '../plugins/plugins.ts'

/**
 * The queue in which the runs of a sweep wait. It is called after the sweep, so that none of another one, or of another version of hillock, gets in. Throws
 * HILLOCK_PLUGIN if the plugin is not installed, HILLOCK_QUEUE if nothing answers, HILLOCK_OPTION if the address is not valid.
 */
export async function openQueue(url: string, plan: Plan, lostAfter?: number): Promise<Queue> {
  const make = await loadPlugin('sweep', 'bullmq')
  const given = { url, name: `hillock-${sweepId(plan)}`, ...(lostAfter !== undefined && { lostAfter }) }
  return (await make(given)) as Queue
}

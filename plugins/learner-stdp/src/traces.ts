import { program } from './programs.ts'

/** What is left of a neuron's spikes: each adds 1, and `decay` of it is left a step later. This step's spike counts. */
export const trace = program({
  name: 'trace',
  inputs: ['spike'],
  params: ['decay'],
  state: { x: 0 },
  outputs: ['after'],
  equations: `
    x = decay * x + spike
    after = x`,
})

/**
 * The postsynaptic side of a pair, times the reward, of which `keep` is left for each step that it comes later, at the end. `now`: the
 * spike; `before`: the trace of the spikes before it.
 */
export const rewardedTrace = program({
  name: 'rewardedTrace',
  inputs: ['spike', 'reward'],
  params: ['decay', 'keep', 'last'],
  state: { x: 0 },
  outputs: ['now', 'before'],
  equations: `
    gain = reward * keep ** (last - t)
    now = gain * spike
    before = gain * (decay * x)
    x = decay * x + spike`,
})

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

/** The postsynaptic side of a pair. `now`: the spike; `before`: the trace of the spikes before it. */
export const postsynaptic = program({
  name: 'postsynaptic',
  inputs: ['spike'],
  params: ['decay'],
  state: { x: 0 },
  outputs: ['now', 'before'],
  equations: `
    now = spike
    before = decay * x
    x = decay * x + spike`,
})

import { HillockError, type Learner } from '@hillock/core'
import { activityOf, type Batch, forward, outputError } from '@hillock/core/learner'
import { checkStructure } from './check-structure.ts'
import { shareColumns } from './columns.ts'
import { adaptThresholds } from './homeostasis.ts'
import { checkedOptions, type StdpOptions } from './options.ts'
import { pairSpikes } from './pairs.ts'
import { readOut } from './read-out.ts'

/**
 * Pair-based spike-timing-dependent plasticity with traces, all-to-all (Morrison, Diesmann and Gerstner 2008). A neuron's spike
 * strengthens its synapses by the presynaptic trace. A presynaptic spike weakens a synapse by the trace of the neuron's earlier spikes.
 * Weights are constant during a batch, and changes add up. The loss is only reported.
 *
 * All weights from spikes to neurons are learnt. Sites that share a matrix, as of a convolution, add up their pairs; spikes that come back by a
 * recurrent matrix pair with those of the step after; delayed ones with those of the step that they arrive in.
 *
 * Throws HILLOCK_OPTION if an option is unknown or out of range, and in training if the input is a constant current. Throws HILLOCK_UNSUPPORTED in
 * training for weights that do not lie between spikes and neurons.
 */
export function stdp(given: StdpOptions = {}): Learner {
  const options = checkedOptions(given)
  const { readout, homeostasis, total } = options
  return {
    name: 'stdp',
    unlabelled: readout === undefined,
    async step(runtime, batch) {
      checkInput(batch)
      if (readout !== undefined) checkLabelled(batch)
      checkStructure(runtime.network, options)
      const passes = forward(runtime, batch, { training: true })
      const output = passes.at(-1)!
      const error = await outputError(runtime, output, batch.labels)
      const plastic = readout === undefined ? passes : passes.slice(0, -1)
      for (const weight of pairSpikes(runtime, plastic, options))
        if (total !== undefined) shareColumns(runtime, weight, total)
      for (const pass of homeostasis === undefined ? [] : plastic) await adaptThresholds(runtime, pass, homeostasis!)
      if (readout !== undefined) await readOut(runtime, output, batch.labels, readout)
      return { loss: error.loss, correct: error.correct, activity: activityOf(runtime, passes) }
    },
  }
}

/** Throws HILLOCK_OPTION if the input does not change in time. */
function checkInput({ input, steps }: Batch): void {
  if (input.shape[0] === steps && (steps > 1 || input.kind === 'spikes')) return
  const hint = 'use an encoder that gives spikes, such as poisson'
  throw new HillockError('HILLOCK_OPTION', 'stdp: the input is a constant current', { hint })
}

/** Throws HILLOCK_OPTION if there are no classes. */
function checkLabelled({ targets }: Batch): void {
  if (targets === undefined) return
  const hint = 'give examples with labels, or omit readout'
  throw new HillockError('HILLOCK_OPTION', 'stdp: the readout needs classes, but the examples have targets', {
    hint,
  })
}

import type { Moment, Rule, Synapses } from './rule.ts'

/** What a rule does after a time step. */
export function learnStep({ step }: Rule, synapses: Synapses, moment: Moment): void {
  if (typeof step === 'function') step(synapses, moment)
  if (typeof step !== 'object') return
  const { weights } = synapses
  const { pre, post, label } = moment
  let told = moment.taught
  for (let i = post.from; i < post.to; i++) {
    const unit = post.index[i]!
    weights.scale(unit, 1 - step.shrink)
    weights.add(unit, pre, unit === label ? step.right : step.wrong)
    if (unit === label) told = false
  }
  if (told) weights.add(label, pre, step.taught)
}

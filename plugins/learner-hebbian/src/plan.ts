import { HillockError } from '@hillock/core'
import type { Batch, Runtime } from '@hillock/core/learner'
import { is, renamed } from '@hillock/core/options'
import { type Constraints, type Gating, type Part, placesOf } from './plastic-layer.ts'
import type { Rule } from './rule.ts'
import { type RuleOptions, ruleOf } from './rules/index.ts'

/** How one layer learns: a rule with its options, the constraints of its weights, and which neurons may fire in training. */
export type LayerOptions = RuleOptions & Partial<Constraints> & Partial<Gating> & Competing & LayerAliases

/** What options were called in hillock 0.1. */
export interface LayerAliases {
  /** The old name of `learningRate`. @deprecated It is called `learningRate`. */
  readonly rate?: number
  /** The old name of `finalLearningRate`. @deprecated It is called `finalLearningRate`. */
  readonly finalRate?: number
  /** The old name of `antiHebbianRate`. @deprecated It is called `antiHebbianRate`. */
  readonly anti?: number
  /** The old name of `classPartition`. @deprecated It is called `classPartition`. */
  readonly byClass?: boolean
}

const newNames = {
  rate: 'learningRate',
  finalRate: 'finalLearningRate',
  anti: 'antiHebbianRate',
  byClass: 'classPartition',
}

interface Competing {
  /** Used in training instead of the neurons' own. */
  readonly k?: number
  /** Used in training instead of the neurons' own. */
  readonly threshold?: number
}

export interface Plan extends Competing {
  readonly rule: Rule
  readonly upkeep: Constraints
  readonly gating: Gating
}

const others = {
  decay: is.number(0, 1),
  normalize: is.flag,
  clip: (value: unknown) => (value === Infinity ? undefined : is.number(0)(value)),
  recruit: is.flag,
  classPartition: is.flag,
  perPlace: is.whole(1),
  k: is.whole(0),
  threshold: is.number(),
}

/** Throws HILLOCK_OPTION if a rule or an option is unknown, or a value is not allowed. */
export function planOf(given: LayerOptions): Plan {
  const options = renamed('hebbian: a layer', given, newNames) as LayerOptions
  const rule = ruleOf(options, others)
  const { decay = 0, normalize = false, clip = Infinity, k, threshold } = options
  const { recruit = false, classPartition = false, perPlace = 1 } = options
  return {
    rule,
    upkeep: { decay, normalize, clip },
    gating: { recruit, classPartition, perPlace },
    ...(k !== undefined && { k }),
    ...(threshold !== undefined && { threshold }),
  }
}

/** Throws HILLOCK_OPTION if plans, network, input and loss do not fit together. */
export function checkFit({ network, loss }: Runtime, { input }: Batch, plans: readonly Plan[]): void {
  const fail = (message: string, hint: string): never => {
    throw new HillockError('HILLOCK_OPTION', `hebbian: ${message}`, { hint })
  }
  const { length } = network.layers
  if (plans.length !== length) fail(`${plans.length} layers for a network of ${length}`, 'give one for each layer')
  const idle = plans.findIndex(({ rule }) => !rule.competes)
  if (idle >= 0 && idle < length - 1)
    fail(`${plans[idle]!.rule.name} in layer${idle + 1}`, 'only the last layer can listen')
  if (input.kind !== 'spikes') fail('the input is graded', 'use an encoder that gives spikes, such as poisson')
  if (loss.reads !== 'spike' || loss.over !== 'sum') {
    fail(`${loss.name} on '${loss.reads}' does not add up spikes`, 'use crossEntropy() or meanSquaredError()')
  }
}

/**
 * Throws HILLOCK_UNSUPPORTED if the rule or options of a convolution tell neurons apart by their class, or the rule of a recurrent layer only
 * listens.
 */
export function checkPlaces(part: Part): void {
  const { layer, rule, gating, sources } = part
  const refuse = (message: string, hint: string): never => {
    throw new HillockError('HILLOCK_UNSUPPORTED', `hebbian: ${message}`, { hint })
  }
  if (!rule.competes && sources.some(({ from }) => from === 'itself'))
    refuse(
      `${layer.name} is recurrent, but its rule ${rule.name} only listens`,
      'end the network with dense(classes), linear()',
    )
  if (placesOf(part) === 1) return
  const { step } = rule
  const instead = "use 'instar' or 'oja' here, and this behind dense(...)"
  if (!rule.competes) refuse(`${rule.name} reads out classes, but ${layer.name} is a convolution`, instead)
  if (gating.classPartition)
    refuse(`classPartition divides single neurons, but ${layer.name} is a convolution`, 'omit classPartition')
  if (typeof step === 'function')
    refuse(
      `the step of ${rule.name} is a function, but ${layer.name} is a convolution`,
      'give it as data: { shrink, right, wrong, taught }',
    )
  if (typeof step === 'object' && (step.right !== step.wrong || step.taught !== 0))
    refuse(`${rule.name} teaches a neuron for each class, but ${layer.name} is a convolution`, instead)
}

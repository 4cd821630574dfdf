import { type Check, checkOptions, is } from '@hillock/core/options'
import type { Rule } from '../rule.ts'
import { type InstarOptions, instar } from './instar.ts'
import { type OjaOptions, oja } from './oja.ts'
import { type OutstarOptions, outstar } from './outstar.ts'
import { type SupervisedOptions, supervised } from './supervised.ts'

/** A rule of this package by its name, with its options beside it; or one's own. */
export type RuleOptions =
  | ({ readonly rule: 'oja' } & OjaOptions)
  | ({ readonly rule: 'supervised' } & SupervisedOptions)
  | ({ readonly rule: 'instar' } & InstarOptions)
  | ({ readonly rule: 'outstar' } & OutstarOptions)
  | { readonly rule: Rule }

type Checks = Readonly<Record<string, Check>>

interface Entry {
  readonly make: (options: never) => Rule
  readonly options: Checks
}

const part = is.number(0, 1)
const rules: Readonly<Record<string, Entry>> = {
  oja: { make: oja, options: { learningRate: part } },
  supervised: { make: supervised, options: { learningRate: part, antiHebbianRate: part } },
  instar: { make: instar, options: { learningRate: part, finalLearningRate: part } },
  // the logarithm of a floor of 0 would be infinite
  outstar: { make: outstar, options: { learningRate: part, floor: is.number(1e-6, 1) } },
}

const named = is.oneOf(...Object.keys(rules))
const own = is.made('a rule by its name, or your own: { name, competes, step }', 'name', 'competes')
const rule: Check = (value) => (typeof value === 'string' ? named(value) : own(value))

/** The rule that options name; `others` are those that mean something else. Throws HILLOCK_OPTION if a rule or option is unknown or a value wrong. */
export function ruleOf(options: RuleOptions, others: Checks): Rule {
  const given = Object(options).rule as unknown
  const entry = typeof given === 'string' && Object.hasOwn(rules, given) ? rules[given]! : undefined
  const where = entry ? `hebbian: ${given}` : 'hebbian: a layer'
  checkOptions<object>(where, options, { rule, ...entry?.options, ...others }, ['rule' as never])
  if (entry === undefined) return given as Rule
  const all = Object.entries(options)
  return entry.make(Object.fromEntries(all.filter(([name]) => Object.hasOwn(entry.options, name))) as never)
}

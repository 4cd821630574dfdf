import { HillockError, suggestion } from '@hillock/core'
import { checkNumbers } from '../options.ts'
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

interface Entry {
  readonly make: (options: never) => Rule
  readonly options: readonly string[]
}

const rules: Readonly<Record<string, Entry>> = {
  oja: { make: oja, options: ['rate'] },
  supervised: { make: supervised, options: ['rate', 'anti'] },
  instar: { make: instar, options: ['rate', 'finalRate'] },
  outstar: { make: outstar, options: ['rate', 'floor'] },
}

/**
 * The rule that options name; `others` are those that mean something else. Errors: HILLOCK_OPTION for an unknown rule or option, or a
 * number that is not between 0 and 1 (`floor`: from 1e-6).
 */
export function ruleOf({ rule, ...options }: RuleOptions, others: readonly string[]): Rule {
  const entry = typeof rule === 'string' && Object.hasOwn(rules, rule) ? rules[rule]! : undefined
  if (typeof rule === 'string' && entry === undefined) {
    const hint = suggestion(rule, Object.keys(rules)) ?? `there are ${Object.keys(rules).join(', ')}`
    throw new HillockError('HILLOCK_OPTION', `hebbian has no rule '${rule}'`, { hint })
  }
  const known = [...(entry?.options ?? []), ...others]
  const name = entry === undefined ? 'a rule of your own' : rule
  const given: Record<string, number> = {}
  for (const [option, value] of Object.entries(options) as [string, unknown][]) {
    if (!known.includes(option)) {
      const hint = suggestion(option, known) ?? `its options: ${known.join(', ')}`
      throw new HillockError('HILLOCK_OPTION', `hebbian: ${name} has no option '${option}'`, { hint })
    }
    if (others.includes(option)) continue
    // the logarithm of a floor of 0 would be infinite
    checkNumbers(`hebbian: of ${name}`, { [option]: value }, option === 'floor' ? 1e-6 : 0, 1)
    given[option] = value as number
  }
  return entry === undefined ? (rule as Rule) : entry.make(given as never)
}

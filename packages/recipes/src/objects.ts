import { choices } from '@hillock/core/errors'
import * as z from 'zod/mini'

/**
 * What is wrong, in English, of the checks that recipes have: zod's own words are for all that it can check, and larger. It is given to each check,
 * since zod's own setting belongs to the whole page.
 */
export function english(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type') {
    return `expected ${issue.expected === 'int' ? 'whole number' : issue.expected}, found ${kindOf(issue.input)}`
  }
  if (issue.code === 'invalid_value')
    return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`
  if (issue.code === 'too_small')
    return bounded(issue.origin, issue.inclusive ? 'at least' : 'more than', issue.minimum)
  if (issue.code === 'too_big') return bounded(issue.origin, issue.inclusive ? 'at most' : 'less than', issue.maximum)
  return 'it has none of the forms that it can have'
}

const bounded = (origin: string, how: string, limit: number | bigint | Date): string =>
  `expected ${origin === 'array' || origin === 'string' ? 'a length of ' : ''}${how} ${limit}`

/** What a value is, as JSON calls it; a number as it is. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'array'
  return value === null || typeof value === 'number' ? String(value) : typeof value
}

/** How schemas are asked. */
export const asked = { reportInput: true, error: english } as const

/** Two of a kind. */
export const pair = <S extends z.ZodMiniType>(of: S) =>
  z.array(of).check(z.minLength(2), z.maxLength(2)) as unknown as z.ZodMiniType<[z.infer<S>, z.infer<S>]>

/** Values of a kind by any names. */
export const table = <S extends z.ZodMiniType>(of: S) =>
  uncompiled(() =>
    z.looseObject({}).check(({ value, issues }) => {
      for (const [key, given] of Object.entries(value)) {
        const { error } = of.safeParse(given, asked)
        for (const issue of error?.issues ?? []) issues.push({ ...issue, path: [key, ...issue.path] } as never)
      }
    }),
  ) as unknown as z.ZodMiniType<Record<string, z.infer<S>>>

/** An object of these keys alone; another one is refused with what was meant. */
export const strictObject = <S extends z.core.$ZodShape>(shape: S) => {
  const error = (issue: z.core.$ZodRawIssue) =>
    issue.code === 'unrecognized_keys' ? choices(issue.keys[0]!, Object.keys(shape)) : undefined
  return uncompiled(() => z.strictObject(shape, { error }))
}

const plain = z.union([z.number(), z.string(), z.boolean(), z.array(z.number()), z.array(z.string())])

/** A plain value, or an object of them: "homeostasis": { "raise": 0.05, "rest": 5 }. */
export const plainOrObject = z.union([plain, table(plain)])

/** An object of a known shape and any further options, plain values by default; whoever is given them knows which it takes. */
export const withOptions = <S extends z.core.$ZodShape>(
  shape: S,
  option: z.ZodMiniType = plain,
  message = 'a number, a text, true or false, or a list',
) =>
  uncompiled(() =>
    z.looseObject(shape).check(({ value, issues }) => {
      for (const [key, given] of Object.entries(value)) {
        if (Object.hasOwn(shape, key) || option.safeParse(given).success) continue
        issues.push({ code: 'custom', path: [key], input: given, message })
      }
    }),
  )

/**
 * zod compiles schemas of objects to code, and to find out whether it may makes some: a page whose policy forbids that reports each try.
 * Its configuration belongs to the whole page, so it is set back.
 */
function uncompiled<T>(make: () => T): T {
  const config = z.config()
  const { jitless } = config
  try {
    config.jitless = true
    return make()
  } finally {
    config.jitless = jitless
  }
}

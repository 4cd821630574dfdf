import { choices } from '@hillock/core/errors'
import * as z from 'zod/mini'
import en from 'zod/v4/locales/en.js'

/** What is wrong, in English. It is given to each check, since zod's own setting belongs to the whole page. */
export const english = en().localeError

/** An object of these keys alone; another one is refused with what was meant. */
export const strictObject = <S extends z.core.$ZodShape>(shape: S) => {
  const error = (issue: z.core.$ZodRawIssue) =>
    issue.code === 'unrecognized_keys' ? choices(issue.keys[0]!, Object.keys(shape)) : undefined
  return uncompiled(() => z.strictObject(shape, { error }))
}

const plain = z.union([z.number(), z.string(), z.boolean(), z.array(z.number()), z.array(z.string())])

/** A plain value, or an object of them: "homeostasis": { "raise": 0.05, "rest": 5 }. */
export const plainOrObject = z.union([plain, z.record(z.string(), plain)])

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

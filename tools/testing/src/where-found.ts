import { describe, test } from '@jest/globals'

/** What tests need of the machine that they run on. */
export interface Need {
  readonly found: boolean
  /** The reason for skipping them: "there is no chromium on this machine". */
  readonly missing: string
  /** Whether they may be skipped in CI too. Default: false. */
  readonly optional?: boolean
}

/**
 * Declares tests that need something of the machine. Where it is not found they are skipped, and `npm test` prints the reason at its end.
 * With HILLOCK_CI set they fail instead, unless the need is optional.
 */
export function whereFound(title: string, { found, missing, optional = false }: Need, declare: () => void): void {
  if (found) describe(title, declare)
  else if (optional || !process.env.HILLOCK_CI) test.skip(`${title} (skipped: ${missing})`, () => {})
  else {
    test(title, () => {
      throw new Error(`${missing}, and with HILLOCK_CI these tests must run`)
    })
  }
}

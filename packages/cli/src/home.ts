import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of this package, where its templates are. */
export const home = dirname(import.meta.dirname)

/** The version of hillock. */
export const version = (): string => manifestIn(home)?.version ?? 'unknown'

export interface Manifest {
  readonly name?: string
  readonly version?: string
}

/** What of a package.json is needed, where it can be read. */
export function manifestIn(folder: string): Manifest | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return { ...(typeof name === 'string' && { name }), ...(typeof version === 'string' && { version }) }
  } catch {
    return undefined
  }
}

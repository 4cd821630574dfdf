import { join } from 'node:path'
import { type Package, root } from './workspace.ts'

/** What a package exports at run time, from all of its entry points. */
export async function exportedBy({ folder, manifest }: Package): Promise<Readonly<Record<string, unknown>>> {
  const modules = await Promise.all(
    sourcesOf(manifest.exports).map((path) => import(join(root, folder, path)) as Promise<object>),
  )
  return Object.assign({}, ...modules)
}

/** The sources of its entry points, as paths from its folder. */
export const sourcesOf = (exports: Readonly<Record<string, unknown>> = {}): string[] =>
  Object.values(exports).flatMap((entry) => {
    const source = (entry as Record<string, unknown> | null)?.['@hillock/source']
    return typeof source === 'string' ? [source] : []
  })

import { HillockError } from '@hillock/core'
import { reasonOf } from './keep.ts'
import { node } from './node.ts'
import { type IdxSource, sources } from './sources.ts'

/** Paths of the four files of a data set. */
export type Paths = Record<keyof IdxSource['files'], string>

/**
 * The folders that may hold the files, in order: `data`, then HILLOCK_DATA, each by way of a folder of the data set's
 * name where there is one. A folder that bears the name of another data set is passed over.
 */
export function folders(source: Pick<IdxSource, 'name'>, data: string | undefined): string[] {
  const { path } = node()
  return [data, process.env.HILLOCK_DATA]
    .filter((folder): folder is string => folder !== undefined && folder !== '')
    .map((folder) => path.resolve(folder))
    .flatMap((folder) => {
      const name = path.basename(folder)
      const another = name !== source.name && name in sources
      return another ? [path.join(folder, source.name)] : [path.join(folder, source.name), folder]
    })
}

/** What to do where the files cannot be had. */
export function byHand(source: IdxSource): string {
  const names = Object.values(source.files).map((file) => file.name)
  const from = source.mirror === undefined ? '' : ` from ${source.mirror}`
  return (
    `Put ${names.join(', ')}${from}, gzipped or not, in a folder and give it as data (--data on the command line) ` +
    'or as HILLOCK_DATA.'
  )
}

/** Where downloads are kept: $XDG_CACHE_HOME/hillock/NAME, or ~/.cache/hillock/NAME. */
export function cacheFolder(source: Pick<IdxSource, 'name'>): string {
  const { os, path } = node()
  const base = process.env.XDG_CACHE_HOME ?? ''
  return path.join(path.isAbsolute(base) ? base : path.join(os.homedir(), '.cache'), 'hillock', source.name)
}

/**
 * The four files in `folder`, gzipped or not, the first dot of the name a dash or a dot (both are in use); undefined
 * where there is none of them. Throws HILLOCK_DATA_MISSING if there are only some.
 */
export async function findFiles(source: IdxSource, folder: string): Promise<Paths | undefined> {
  const { path } = node()
  const found: Partial<Paths> = {}
  const missing: string[] = []
  for (const part of Object.keys(source.files) as (keyof Paths)[]) {
    const file = source.files[part].name
    const plain = file.replace(/\.gz$/, '')
    const names = [file, plain, file.replace('-idx', '.idx'), plain.replace('-idx', '.idx')]
    const at = await firstFile(names.map((name) => path.join(folder, name)))
    if (at === undefined) missing.push(file)
    else found[part] = at
  }
  if (missing.length === 0) return found as Paths
  const present = Object.values(found)
  if (present.length === 0) return undefined
  throw new HillockError('HILLOCK_DATA_MISSING', `${folder} lacks ${missing.join(', ')}`, {
    hint: `It has ${present.map((file) => path.basename(file)).join(', ')}: put the others beside, gzipped or not.`,
  })
}

async function firstFile(paths: string[]): Promise<string | undefined> {
  const { fs } = node()
  for (const path of paths) {
    const stat = await fs.stat(path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined
      const found = `${path} cannot be read: ${reasonOf(cause)}`
      throw new HillockError('HILLOCK_DATA_MISSING', found, { hint: 'See to it that you may read it.', cause })
    })
    if (stat?.isFile()) return path
  }
  return undefined
}

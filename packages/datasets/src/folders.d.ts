import { type IdxSource } from './sources.ts'
/** Paths of the four files of a data set. */
export type Paths = Record<keyof IdxSource['files'], string>
/**
 * The folders that may hold the files, in order: `data`, then HILLOCK_DATA, each by way of a folder of the data set's
 * name where there is one. A folder that bears the name of another data set is passed over.
 */
export declare function folders(source: IdxSource, data: string | undefined): string[]
/** What to do where the files cannot be had. */
export declare function byHand(source: IdxSource): string
/** Where downloads are kept: $XDG_CACHE_HOME/hillock/NAME, or ~/.cache/hillock/NAME. */
export declare function cacheFolder(source: IdxSource): string
/**
 * The four files in `folder`, gzipped or not, the first dot of the name a dash or a dot (both are in use); undefined
 * where there is none of them. Throws HILLOCK_DATA_MISSING where there are only some.
 */
export declare function findFiles(source: IdxSource, folder: string): Promise<Paths | undefined>

/**
 * Makes the folder that downloads are kept in, and tries to write there, before anything is fetched. Throws HILLOCK_DATA_MISSING if it
 * cannot be written to.
 */
export declare function makeCache(folder: string): Promise<void>
/**
 * Writes a file whole or not at all: under a name of this process alone, flushed, then renamed. Two processes that fetch the same file do
 * not meet. Throws HILLOCK_DATA_MISSING if it cannot be written, and the reason of `signal` if that is aborted.
 */
export declare function keep(target: string, bytes: Uint8Array, signal: AbortSignal | undefined): Promise<void>
/** Why the system did not do something, in words. */
export declare function reasonOf(error: unknown): string

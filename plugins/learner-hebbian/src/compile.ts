import { HillockError } from '@hillock/core'

let compiling: Promise<WebAssembly.Module> | undefined

/**
 * The compiled WebAssembly of this package, the same each time. Throws HILLOCK_PLUGIN if the file is not there, HILLOCK_UNSUPPORTED if it may not
 * be fetched or compiled here.
 */
export function compile(): Promise<WebAssembly.Module> {
  compiling ??= load(new URL('../wasm/kernels.wasm', import.meta.url))
  return compiling
}

/** In Node from the file system, asked for at run time so that bundlers see no import of it; elsewhere over the network. */
async function load(url: URL): Promise<WebAssembly.Module> {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }
  const files = process?.getBuiltinModule?.('node:fs') as
    | { readFileSync(url: URL): Uint8Array<ArrayBuffer> }
    | undefined
  if (files !== undefined && url.protocol === 'file:') return WebAssembly.compile(files.readFileSync(url))
  const response = await fetch(url).catch(refused(`${url} cannot be fetched`, "connect-src 'self'"))
  if (response.ok)
    return WebAssembly.compile(await response.arrayBuffer()).catch(
      refused(`${url} cannot be compiled`, "script-src 'wasm-unsafe-eval'"),
    )
  const hint = 'serve the folder wasm beside the code'
  throw new HillockError('HILLOCK_PLUGIN', `${url} was answered with ${response.status}`, { hint })
}

const refused = (found: string, directive: string) => (cause: Error) => {
  const hint = `let the page's content security policy allow it: ${directive}`
  throw new HillockError('HILLOCK_UNSUPPORTED', `${found}: ${cause.message}`, { hint, cause })
}

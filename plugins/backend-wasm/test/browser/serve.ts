import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
}

export interface ServeOptions {
  /** With the headers that let a page share memory between threads. */
  readonly isolated: boolean
  /** A content security policy for the files whose path it gives one for. */
  readonly policy?: (path: string) => string | undefined
  /** Paths that are answered with 404. */
  readonly missing?: RegExp
}

/** Serves a folder to this machine alone. */
export async function serve(
  folder: string,
  { isolated, policy, missing }: ServeOptions,
): Promise<{ url: string; close: () => void }> {
  const server = createServer(async ({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
    }
    const security = policy?.(path)
    if (security !== undefined) response.setHeader('Content-Security-Policy', security)
    try {
      if (missing?.test(path)) throw new Error('missing')
      const content = await readFile(join(folder, path))
      response.setHeader('Content-Type', types[extname(path)] ?? 'application/octet-stream')
      response.end(content)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://localhost:${port}/`, close: () => server.close() }
}

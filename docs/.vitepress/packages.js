import { existsSync, readdirSync, readFileSync } from 'node:fs'

const root = new URL('../../', import.meta.url)

const folders = ['packages', 'plugins'].flatMap((group) =>
  readdirSync(new URL(group, root)).map((name) => ({ name, readme: new URL(`${group}/${name}/README.md`, root) })),
)

const found = folders.filter(({ readme }) => existsSync(readme))

/** Folders of the packages: core, cli, backend-wasm, ... */
export const packageNames = found.map(({ name }) => name)

/** Each package's README as a page. */
export const packagePages = () =>
  found.map(({ name, readme }) => ({ params: { name }, content: readFileSync(readme, 'utf8') }))

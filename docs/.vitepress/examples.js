import { readFileSync } from 'node:fs'

const folder = new URL('../examples/', import.meta.url)

const read = (page) => readFileSync(new URL(page, folder), 'utf8')

/** Folders of the examples, in the order of the gallery. */
export const exampleNames = Array.from(read('README.md').matchAll(/\]\(([\w-]+)\/README\.md\)/g), ([, name]) => name)

/** The heading of an example's page. */
export const exampleTitle = (name) => /^# (.*)$/m.exec(read(`${name}/README.md`))[1]

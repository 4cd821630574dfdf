// Draws the pictures of all examples again: npm run pictures -w @hillock/examples
import { writeFileSync } from 'node:fs'
import { chdir } from 'node:process'
import { fileURLToPath } from 'node:url'
import { names } from './names.js'

// what the example in a page needs of one
const elements = { '#progress': {}, '#picture': {} }
globalThis.location = { search: '' }
globalThis.document = { querySelector: (id) => elements[id], body: { dataset: {} } }

for (const name of names) {
  console.log(`\n${name}`)
  const folder = new URL(`${name}/`, import.meta.url)
  chdir(fileURLToPath(folder))
  await import(new URL('index.js', folder).href)
}
writeFileSync(new URL('in-a-page/in-a-page.svg', import.meta.url), `${elements['#picture'].innerHTML}\n`)

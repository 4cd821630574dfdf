// Runs examples one after the other in the current folder, so that packages are loaded once. Takes [[name, argument], ...] as JSON, prints the
// lines that each has printed.
const print = console.log
const printed = []
for (const [name, argument] of JSON.parse(process.argv[2])) {
  const lines = []
  console.log = (...values) => lines.push(values.join(' '))
  process.argv.splice(2, Infinity, ...(argument === '' ? [] : [argument]))
  await import(new URL(`../${name}/index.js`, import.meta.url).href)
  printed.push(lines.join('\n'))
}
print(JSON.stringify(printed))

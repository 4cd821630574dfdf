/** All packages in one jest: for running a single file from the root, `npm run jest -- path/to/x.test.ts`. */
export default { projects: ['packages/*', 'plugins/*', 'tools'] }

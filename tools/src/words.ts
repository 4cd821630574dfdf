/**
 * Phrases that a reader has to read twice, and what to write instead. `test/words.test.ts` looks for them in pages, comments and
 * messages. Add one when you find it for the third time.
 */
export const betterWords: readonly (readonly [found: RegExp, better: string])[] = [
  [/unless (it is |they are )?(given|told|said)\b/i, 'Default: 0.9'],
  [/; (-?\d[\d.]*|[\w.-]+\(\)) unless\b/, 'Default: 0.9'],
  [/\bmore of that:/, 'For details, see ...'],
  [/\btook [\d.]+ (s|seconds|minutes?) here\b/i, 'It took 4 s on our machine'],
  [/\bErrors: (HILLOCK_|those of|as )/, 'Throws HILLOCK_OPTION if ...'],
  [/\bthrows HILLOCK_\w+\.( \*\/|$)/i, 'Throws HILLOCK_OPTION if ...: say when'],
  [/\bthrows HILLOCK_\w+ for\b/i, 'Throws HILLOCK_OPTION if ...'],
  [/\bon the spot\b/, 'generated'],
  [/\bin silence\b/, 'silently'],
  [/\b(is|are) of no use\b/, 'you cannot use it any more'],
  [/\bbatch at hand\b/, 'the current batch'],
  [/\bunsteady hand\b/, 'looks hand-drawn'],
  [/\b(was|were) proven\b|\bin the room\b/, 'we tested, we had no GPU'],
  [/\bengender/, 'produce, cause'],
  [/\bread-outs?\b(?!\.ts)/, 'readout'],
  [/\bis only told\b/, 'is reported but not used for learning'],
  [/\bin the place of\b/, 'instead of'],
  [/\bhears? of\b/, 'gets, knows'],
  [/\b(that|which) (is|are) none\b/, 'that is not valid'],
  [/\bas far as it (came|is)\b/, 'the state of the run'],
  [/\bgiven along\b/, 'pass it too'],
  [/\b(is|are) wanted\b(?=['`])/, 'needs'],
  [/\b(has|have) no say\b/, 'has no effect'],
  [/\b(is|are) gone on with\b/, 'is resumed'],
  [/\bthere is no room\b/, 'not enough memory, the disk is full'],
]

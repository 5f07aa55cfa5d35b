/** What each rule must report, and what it must not. Single rules are in tables beside this file, by what they are about. */
export interface Cases {
  readonly bad: readonly string[]
  readonly good: readonly string[]
}

/** `body` of a handler of Express, with `req` and `res`. */
export const handler = (body: string): string => `import express from 'express'\nconst app = express()\napp.get('/', (req, res) => {\n${body}\n})`

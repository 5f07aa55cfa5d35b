/** A test builds again and again in one process, and means a new one each time. */

/** Forgets which plugins were met in this process: where programs make them one after the other, the first of them is met next. */
export function forgetPlugins(): void {
  Reflect.deleteProperty(process, Symbol.for('unplugin-pitcrew.plugin-objects'))
}

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The text with the environment's values in place of `${NAME}` and `${NAME:-default}` (taken when the variable is unset
 * or empty, as a shell does). `$${` stands for `${` itself. Values are put in as they are: what they hold is not read again.
 */
export function substitute (text: string, env: Environment): { text: string, faults: string[] } {
  const faults: string[] = []
  const replaced = text.replace(/\$\$\{|\$\{([^}]*)(\}?)/g, (whole, inner: string | undefined, end: string) => {
    if (inner === undefined) return '${'

    const [, name, fallback] = /^([A-Za-z_]\w*)(?::-(.*))?$/s.exec(inner) ?? []
    if (name === undefined || end === '') {
      faults.push(`"${whole}" is neither \${NAME} nor \${NAME:-default}; write "$\${" for the characters themselves`)
      return whole
    }

    const value = Object.hasOwn(env, name) ? env[name] : undefined
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value
    if (value !== undefined) return value

    faults.push(`the environment variable ${name} is not set; set it, or give a default: \${${name}:-default}`)
    return whole
  })
  return { text: replaced, faults }
}

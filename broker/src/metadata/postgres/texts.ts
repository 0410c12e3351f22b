const unstorable = /[\0\\]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/**
 * A text as Postgres can keep it in a column: it takes neither a zero character nor half of a surrogate
 * pair, and a client may send both. They are escaped with a backslash, which is then escaped itself:
 * different texts stay different.
 */
export function columnText(text: string): string {
  return text.replace(unstorable, (character) =>
    character === '\\' ? '\\\\' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The text that `columnText` made this of. */
export function plainText(column: string): string {
  return column.replace(/\\(?:\\|u([0-9a-f]{4}))/g, (_, code: string | undefined) =>
    code === undefined ? '\\' : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

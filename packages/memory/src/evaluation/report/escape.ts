const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is safe in HTML and SVG, in elements and in attributes. */
export const escapeMarkup = (text: string): string =>
  text
    // Control characters are no characters of XML.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/gu, '�')
    .replace(/[&<>"']/gu, (character) => ENTITIES[character] ?? character);

/** Text that is safe in a cell of a Markdown table: it makes no column, element, link or picture. */
export const escapeCell = (text: string): string =>
  text.replace(/[\\|`<>[\]&*]/gu, '\\$&').replace(/\s+/gu, ' ');

/** Just enough XML for the query services' answers. */

/** An element; strings given alone are text and are escaped, lists are child elements. */
export function element(name: string, content: string | readonly string[]): string {
  const inner = typeof content === 'string' ? escapeText(content) : content.join('');
  return `<${name}>${inner}</${name}>`;
}

/** A document element in the namespace of STS. */
export function xml(name: string, children: readonly string[]): string {
  const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
  return `<${name} xmlns="${namespace}">${children.join('')}</${name}>\n`;
}

/** For text and attributes of XML and HTML alike. */
export function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

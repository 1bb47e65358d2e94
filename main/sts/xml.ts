/**
 * The content of an XML document as nested objects, texts as they stand; undefined for what is no
 * well-formed XML. A document type is refused: STS sends none, and entities of one's own making
 * have no business here.
 */
export async function parseXml(
  text: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (/<!DOCTYPE/i.test(text)) return undefined;
  // Loaded on first use: most helpers assume no role.
  const { XMLParser, XMLValidator } = await import('fast-xml-parser');
  try {
    if (XMLValidator.validate(text) !== true) return undefined;
    const parser = new XMLParser({
      ignoreAttributes: true,
      ignoreDeclaration: true,
      // Account ids have leading zeros, and tokens may look like numbers.
      parseTagValue: false,
    });
    const document: unknown = parser.parse(text);
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

/** The member of an object, where it is an object itself. */
export function objectIn(
  value: unknown,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const member = isObject(value) ? value[name] : undefined;
  return isObject(member) ? member : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

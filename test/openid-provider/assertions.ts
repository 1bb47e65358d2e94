import { createHash, createSign, createVerify, KeyObject, randomUUID } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { errors } from 'oidc-provider';
import type { TrustedIssuer } from './state.ts';

/**
 * Assertions of somebody else's identity provider: SAML 2.0 (RFC 7522) and JWT (RFC 7523), made
 * and checked.
 */

export interface AssertionOptions {
  readonly subject?: string;
  readonly audience?: string;
  readonly issuer?: string;
  /** From now; may be negative. */
  readonly lifetimeSeconds?: number;
  /** Signed by a key that nobody trusts. */
  readonly foreignKey?: boolean;
}

export async function createTrustedIssuer(issuer = 'https://idp.example'): Promise<TrustedIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { issuer, privateKey, publicKey, publicJwk: await exportJWK(publicKey) };
}

/** A signed SAML assertion as `assertion` takes it: base64url. */
export async function makeSamlAssertion(
  trusted: TrustedIssuer,
  audience: string,
  options: AssertionOptions = {},
): Promise<string> {
  const signer = options.foreignKey ? await createTrustedIssuer() : trusted;
  const notOnOrAfter = new Date(Date.now() + (options.lifetimeSeconds ?? 300) * 1000).toISOString();
  const head = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${randomUUID()}" Version="2.0"><saml:Issuer>${options.issuer ?? trusted.issuer}</saml:Issuer>`;
  const tail = `<saml:Subject><saml:NameID>${options.subject ?? 'alice'}</saml:NameID></saml:Subject><saml:Conditions NotOnOrAfter="${notOnOrAfter}"><saml:AudienceRestriction><saml:Audience>${options.audience ?? audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions></saml:Assertion>`;
  // Written in canonical form already, so that what is signed are the bytes themselves.
  const digest = createHash('sha256').update(`${head}${tail}`).digest('base64');
  const signedInfo = `<ds:SignedInfo><ds:Reference><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`;
  const value = createSign('sha256')
    .update(signedInfo)
    .sign(KeyObject.from(signer.privateKey), 'base64');
  const signature = `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${signedInfo}<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`;
  return Buffer.from(`${head}${signature}${tail}`).toString('base64url');
}

/** Who a SAML assertion speaks of. Throws `invalid_grant` unless all of it is right, and once only. */
export function checkSamlAssertion(
  trusted: TrustedIssuer,
  audience: string,
  seen: Set<string>,
  assertion: string,
): string {
  const xml = Buffer.from(assertion, 'base64url').toString('utf8');
  const signature =
    /<ds:Signature .*?(<ds:SignedInfo>.*?<\/ds:SignedInfo>).*?<\/ds:Signature>/s.exec(xml);
  const [whole, signedInfo] = signature ?? [];
  if (whole === undefined || signedInfo === undefined) throw refused('it has no signature');
  const value = /<ds:SignatureValue>(.*?)<\/ds:SignatureValue>/s.exec(whole)?.[1] ?? '';
  const digest = createHash('sha256').update(xml.replace(whole, '')).digest('base64');
  const valid = createVerify('sha256')
    .update(signedInfo)
    .verify(KeyObject.from(trusted.publicKey), value, 'base64');
  if (!valid || !signedInfo.includes(`>${digest}<`)) throw refused('its signature is wrong');

  const parser = new XMLParser({ ignoreAttributes: false, removeNSPrefix: true });
  const { Assertion } = parser.parse(xml) as { Assertion: ParsedAssertion };
  if (Assertion.Issuer !== trusted.issuer) throw refused('its issuer is not trusted');
  const { AudienceRestriction, '@_NotOnOrAfter': notOnOrAfter } = Assertion.Conditions;
  if (AudienceRestriction.Audience !== audience) throw refused('it is for somebody else');
  if (Date.parse(notOnOrAfter) <= Date.now()) throw refused('it has expired');
  return once(seen, Assertion['@_ID'], Assertion.Subject.NameID);
}

interface ParsedAssertion {
  readonly '@_ID': string;
  readonly Issuer: string;
  readonly Subject: { readonly NameID: string };
  readonly Conditions: {
    readonly '@_NotOnOrAfter': string;
    readonly AudienceRestriction: { readonly Audience: string };
  };
}

export async function makeJwtAssertion(
  trusted: TrustedIssuer,
  audience: string,
  options: AssertionOptions = {},
): Promise<string> {
  const signer = options.foreignKey ? await createTrustedIssuer() : trusted;
  const now = Math.floor(Date.now() / 1000);
  return await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(options.issuer ?? trusted.issuer)
    .setSubject(options.subject ?? 'alice')
    .setAudience(options.audience ?? audience)
    .setIssuedAt(now)
    .setExpirationTime(now + (options.lifetimeSeconds ?? 300))
    .sign(signer.privateKey);
}

/** Who a JWT assertion speaks of. Throws `invalid_grant` unless all of it is right. */
export async function checkJwtAssertion(
  trusted: Pick<TrustedIssuer, 'issuer' | 'publicKey'>,
  audience: string | string[],
  assertion: string,
  seen?: Set<string>,
): Promise<string> {
  try {
    const { payload } = await jwtVerify(assertion, trusted.publicKey, {
      issuer: trusted.issuer,
      audience,
      requiredClaims: ['exp', 'sub', 'jti'],
    });
    return seen === undefined
      ? String(payload.sub)
      : once(seen, String(payload.jti), String(payload.sub));
  } catch (error) {
    throw error instanceof errors.InvalidGrant ? error : refused('it is not valid');
  }
}

function once(seen: Set<string>, id: string, subject: string): string {
  if (seen.has(id)) throw refused('it has been used before');
  seen.add(id);
  return subject;
}

function refused(why: string): Error {
  return new errors.InvalidGrant(`assertion refused: ${why}`);
}

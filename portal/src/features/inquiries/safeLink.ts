/** The address, where a reader can follow it without harm: http and https only, whatever the case and the blanks before it. */
export function safeAddress(text: string): string | null {
  try {
    const { protocol, href } = new URL(text);
    return protocol === "https:" || protocol === "http:" ? href : null;
  } catch {
    return null;
  }
}

/** A path of this portal, never another site. */
export const isOwnPath = (url: string): boolean => /^\/tenants\/[^/\\]/.test(url);

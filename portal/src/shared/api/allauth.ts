import { requestHeaders } from "./client";
import { ApiError, problemFrom, UNREACHABLE } from "./problem";

const BASE = "/_allauth/browser/v1";

export interface Flow {
  id: string;
  is_pending?: boolean;
  types?: string[];
}

export interface FieldError {
  message: string;
  code: string;
  param?: string;
}

/** An answer of django-allauth's headless API; 401 says which step comes next, so it is an answer here and no error. */
export interface AuthAnswer {
  status: number;
  data: Record<string, unknown> & { flows?: Flow[] };
  meta: Record<string, unknown>;
  errors: FieldError[];
}

/** @throws ApiError when the server cannot be reached, breaks, or asks to wait (429). */
export async function allauth(method: string, path: string, body?: unknown): Promise<AuthAnswer> {
  let response: Response;
  try {
    response = await fetch(BASE + path, {
      method,
      credentials: "same-origin",
      headers: { ...requestHeaders(method), ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError({ ...problemFrom(0, {}), code: UNREACHABLE });
  }
  const parsed = (await response.json().catch(() => ({}))) as Partial<AuthAnswer> & Record<string, unknown>;
  if (response.status === 403 || response.status === 429 || response.status >= 500) {
    throw new ApiError({ ...problemFrom(response.status, parsed), code: response.status === 429 ? "too_many" : problemFrom(response.status, parsed).code });
  }
  const data = (Array.isArray(parsed.data) ? { items: parsed.data } : (parsed.data ?? {}));
  return { status: response.status, data, meta: parsed.meta ?? {}, errors: parsed.errors ?? [] };
}

export const pendingFlow = (answer: AuthAnswer): Flow | undefined => answer.data.flows?.find((flow) => flow.is_pending);

export const offersFlow = (answer: AuthAnswer, id: string): boolean => (answer.data.flows ?? []).some((flow) => flow.id === id);

/** A sensitive step was refused: the person must show the password (or second factor) again first. */
export const needsReauthentication = (answer: AuthAnswer): boolean =>
  answer.status === 401 && (offersFlow(answer, "reauthenticate") || offersFlow(answer, "mfa_reauthenticate"));

export interface Authenticator {
  type: "totp" | "webauthn" | "recovery_codes";
  id?: number;
  name?: string;
  is_passwordless?: boolean;
  created_at: number;
  last_used_at: number | null;
  unused_code_count?: number;
  total_code_count?: number;
}

export async function listAuthenticators(): Promise<Authenticator[]> {
  const { data } = await allauth("GET", "/account/authenticators");
  return (data.items ?? []) as Authenticator[];
}

/** Runs the browser's passkey creation for options that allauth made. */
export async function createPasskey(options: unknown): Promise<unknown> {
  const { publicKey } = options as { publicKey: PublicKeyCredentialCreationOptionsJSON };
  const credential = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
  return (credential as PublicKeyCredential).toJSON();
}

/** Runs the browser's passkey sign-in for options that allauth made. */
export async function presentPasskey(options: unknown): Promise<unknown> {
  const { publicKey } = options as { publicKey: PublicKeyCredentialRequestOptionsJSON };
  const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  return (credential as PublicKeyCredential).toJSON();
}

/** A passkey belongs to a name: browsers refuse to make or use one for a bare IP address. */
export const passkeysSupported = (host: string = window.location.hostname): boolean =>
  typeof PublicKeyCredential !== "undefined" && "parseCreationOptionsFromJSON" in PublicKeyCredential && !/^[\d.]+$|:/.test(host);

import type { Session } from "@/shared/api/types";

/** The permissions that the portal asks about; the server decides, the portal only hides what would be refused. */
export type Permission =
  | "alert:manage"
  | "alert:read"
  | "api_client:manage"
  | "application:decide"
  | "audit:read"
  | "case_sample:download"
  | "coverage:read"
  | "detection_rule:manage"
  | "device:read"
  | "draft:publish"
  | "draft:write"
  | "email_rule:manage"
  | "enrolment:apply"
  | "enrolment:read"
  | "evidence:capture"
  | "handoff:make"
  | "hunt:run"
  | "ingest_key:manage"
  | "inquiry:answer"
  | "inquiry:read"
  | "inquiry:reply"
  | "member:manage"
  | "notification:read"
  | "operations:read"
  | "report:read"
  | "sample:send"
  | "saved_hunt:manage"
  | "scheduled_hunt:manage"
  | "security_settings:manage"
  | "subscription:decide"
  | "tenant:manage"
  | "tenant:read"
  | "webhook:manage";

/** What the person may do in one tenant: the membership's permissions, else those of the provider role. */
export function permissionsIn(session: Session, slug: string): ReadonlySet<string> {
  const membership = session.memberships.find(({ tenant }) => tenant.slug === slug);
  return new Set(membership?.permissions ?? session.provider?.permissions ?? []);
}

export const providerPermissions = (session: Session): ReadonlySet<string> => new Set(session.provider?.permissions ?? []);

export const customerMemberships = (session: Session) => session.memberships.filter(({ tenant }) => tenant.kind === "customer");

/** Where a person lands: provider people at the queue of all tenants, others at the home of their first tenant. */
export function firstTenant(session: Session): string | undefined {
  return customerMemberships(session)[0]?.tenant.slug;
}

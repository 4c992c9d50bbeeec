import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { tenantNamesQuery } from "@/shared/api/provider";
import { sessionQuery } from "@/shared/api/session";
import type { Session } from "@/shared/api/types";
import { permissionsIn, providerPermissions, type Permission } from "./permissions";

/** The signed-in person; only below the routes that load the session first. */
export const useSession = (): Session => useSuspenseQuery(sessionQuery).data;

export interface CurrentTenant {
  slug: string;
  can: (permission: Permission) => boolean;
}

/** The tenant of the URL with what the person may do there. */
export function useTenant(): CurrentTenant {
  const session = useSession();
  const { tenant: slug = "" } = useParams({ strict: false });
  const permissions = permissionsIn(session, slug);
  return { slug, can: (permission) => permissions.has(permission) };
}

export function useProviderCan(): (permission: Permission) => boolean {
  const permissions = providerPermissions(useSession());
  return (permission) => permissions.has(permission);
}

export interface TenantName {
  slug: string;
  name: string;
}

/** Every customer that the person may open: the own memberships, and for provider people all customers. */
export function useTenantNames(): TenantName[] {
  const session = useSession();
  const all = useQuery({ ...tenantNamesQuery, enabled: session.provider !== null });
  const customers = all.data?.filter(({ kind }) => kind === "customer") ?? [];
  const own = session.memberships.filter(({ tenant }) => tenant.kind === "customer").map(({ tenant }) => tenant);
  const names = new Map([...own, ...customers].map(({ slug, name }) => [slug, { slug, name }]));
  return [...names.values()].sort((a, b) => a.name.localeCompare(b.name));
}
